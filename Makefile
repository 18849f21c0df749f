# The gz toolchain. `make demo` and `make check` are the two commands; see README.md.

VERSION = 0.1.0
PREFIX  = /usr/local
CC      = cc
CFLAGS  = -O3 -g
WARN    = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wmissing-prototypes -Wstrict-prototypes \
          -Wwrite-strings
# A second build tree beside the first: make BUILD=build-asan BIN=build-asan/bin SANITIZE=...
BUILD   = build
BIN     = bin
SANITIZE =

pkg      = $(shell pkg-config --$(1) $(2) 2>/dev/null)
MATH     = $(call pkg,libs,openblas jansson)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -Icmd $(WARN) -pthread \
             -MMD -MP $(call pkg,cflags,openblas) $(SANITIZE) $(CFLAGS)
LDLIBS   = -Wl,--as-needed $(MATH) -ljpeg $(call pkg,libs,libpng) -lm

PROGRAMS = $(patsubst cmd/%.c,%,$(wildcard cmd/gz-*.c))
LIB_OBJ  = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*.c))
PAGES    = $(wildcard man/*.[157])

PACKAGES_BUILD = gcc libc6-dev make pkg-config libjpeg62-turbo-dev libpng-dev libopenblas-dev \
                 libjansson-dev
PACKAGES_DEMO  = gnuplot-nox
PACKAGES_CHECK = bats parallel mandoc python3-numpy shellcheck file strace

all: $(PROGRAMS:%=$(BIN)/%)

$(BIN)/%: $(BUILD)/cmd/%.o $(BUILD)/cmd/cli.o $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libgz.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

# Unit tests in C: each tests/unit/x.c is a program that says ok or not ok.
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(filter-out tests/unit/unit.c,$(wildcard tests/unit/*.c)))

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/unit/unit.o $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

clean:
	rm -rf bin build build-* demo compile_commands.json

.SECONDARY:
.PHONY: all clean
