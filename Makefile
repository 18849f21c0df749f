# The gz toolchain. `make demo` and `make check` are the two commands; see README.md.

VERSION  = 0.2.0
PREFIX   = /usr/local
DESTDIR  =
CC       = cc
PKG_CONFIG = pkg-config
CFLAGS   = -O3 -g
WARN     = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wmissing-prototypes -Wstrict-prototypes \
           -Wwrite-strings -Wno-psabi
# A second build tree stands beside the first: make BUILD=build-asan BIN=build-asan/bin SANITIZE=...
BUILD    = build
BIN      = bin
SANITIZE =
# The compiler of an MPI, for make mpi: mpicc.openmpi, mpicc.mpich, a cluster's own.
MPICC    = mpicc
JOBS     = $(shell nproc 2>/dev/null || echo 1)
SUDO     = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

DEMO_GALAXIES = 2000
DEMO_EPOCHS   = 10
FUZZ_TIME     = 60

PACKAGES_BUILD = gcc libc6-dev make pkg-config libjpeg62-turbo-dev libpng-dev zlib1g-dev \
                 libopenblas-dev libjansson-dev libarchive-dev libcfitsio-dev
PACKAGES_DEMO  = gnuplot-nox libjs-leaflet
PACKAGES_CHECK = bats parallel mandoc python3-numpy python3-onnx sqlite3 shellcheck file strace \
                 libjpeg-turbo-progs time libarchive-tools zip unzip xz-utils zstd bzip2 libcfitsio-bin
PACKAGES_BROWSER = chromium chromium-driver python3-selenium fonts-dejavu-core
PACKAGES_OTHERS = python3-opencv python3-astropy python3-pandas stilts default-jre-headless
PACKAGES_PACKAGE = dpkg-dev debhelper fakeroot lintian mmdebstrap buildah bash-completion zsh fish
PACKAGES_CLUSTER = slurm-wlm munge openssh-server openssh-client parallel procps \
                   openmpi-bin libopenmpi-dev mpich libmpich-dev
PACKAGES_FUZZ  = clang
PACKAGES_LINT  = clang-tidy cppcheck

# FITS files are read where cfitsio is there; make FITS= leaves it out. It is loaded when the first one comes, as it
# brings libcurl and GnuTLS, which take longer to start than a program here takes for a hundred pictures.
FITS     := $(shell $(PKG_CONFIG) --exists cfitsio 2>/dev/null && echo cfitsio)
pkg       := $(shell $(PKG_CONFIG) --cflags openblas $(FITS) 2>/dev/null) $(if $(FITS),-DWITH_FITS)
libs      := $(shell $(PKG_CONFIG) --libs openblas jansson libpng zlib libarchive 2>/dev/null)
LDLIBS    := -Wl,--as-needed $(libs) -ljpeg -lm
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib -Icmd $(WARN) -pthread \
             $(pkg) $(SANITIZE) $(CPPFLAGS) $(CFLAGS)

PROGRAMS = $(patsubst cmd/%.c,%,$(wildcard cmd/gz.c cmd/gz-*.c))
LIB_OBJ  = $(patsubst %.c,$(BUILD)/%.o,$(filter-out lib/learn/ranks_mpi.c,$(wildcard lib/*/*.c)))
CMD_OBJ  = $(patsubst %,$(BUILD)/cmd/%.o,cli options signals)
UNIT     = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(filter-out tests/unit/unit.c,$(wildcard tests/unit/*.c)))
FUZZ     = $(filter-out fuzz replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FUZZ_MAIN = $(BUILD)/tests/fuzz/replay.o
PAGES    = $(sort $(wildcard man/*.[157]))
INJECT   = $(BUILD)/faults/inject.so
SCRIPTS  = $(patsubst pipelines/%.sh,%,$(wildcard pipelines/*.sh))
# The scripts by the names that they have where they are installed, as gz-learn=learn.sh: gz-infer is a program.
INSTALLED = $(foreach s,$(SCRIPTS),gz-$(patsubst infer,classify,$(s))=$(s).sh)
WEIGHTS  = $(sort $(wildcard weights/*.safetensors))
RULES    = $(sort $(wildcard lib/catalogue/rules/*.rule))
SOURCES  = $(wildcard lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch])

# ---- building ----

all: $(PROGRAMS:%=$(BIN)/%)

# Before anything is compiled, what is missing is said, once; make NEEDS= asks for nothing.
NEEDS = $(BUILD)/needs
$(NEEDS): packaging/needs Makefile
	@packaging/needs '$(CC)' '$(PKG_CONFIG)' $(PACKAGES_BUILD)
	@mkdir -p $(@D) && touch $@

# Everything is compiled again where cfitsio came or went.
CFITSIO = $(BUILD)/$(if $(FITS),with,without)-cfitsio
$(CFITSIO): | $(NEEDS)
	@mkdir -p $(@D) && rm -f $(@D)/with*-cfitsio && touch $@

$(BIN)/%: $(BUILD)/cmd/%.o $(CMD_OBJ) $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $(filter %.o,$^) $(BUILD)/libgz.a $(LDLIBS)

# gz lists the pages of the manual.
$(BIN)/gz: $(BUILD)/cmd/doctor.o $(BUILD)/cmd/pages.o
$(BUILD)/cmd/pages.o: private ALL_CFLAGS += -I$(BUILD)/cmd
$(BUILD)/cmd/pages.o: $(BUILD)/cmd/pages.inc
$(BUILD)/cmd/pages.inc: $(PAGES) cmd/pages.awk Makefile | $(NEEDS)
	@mkdir -p $(@D)
	@LC_ALL=C awk -v scripts='$(INSTALLED)' -f cmd/pages.awk $(PAGES) > $@.part && mv $@.part $@

$(BUILD)/libgz.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile $(CFITSIO) | $(NEEDS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The rules for tables of votes, as C strings.
$(BUILD)/lib/catalogue/builtin.o: $(BUILD)/generated/catalogue/rules.inc
$(BUILD)/lib/catalogue/builtin.o: private ALL_CFLAGS += -I$(BUILD)/generated
$(BUILD)/generated/catalogue/rules.inc: $(RULES) Makefile
	@mkdir -p $(@D)
	for r in $(RULES); do echo "{\"$$(basename $$r .rule)\","; sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $$r; echo '},'; done > $@

# gz-train for many ranks: the same source, with the ranks of MPI linked before those of libgz.a.
MPI_BUILD = $(BUILD)/$(notdir $(MPICC))
MPI_OBJ   = $(MPI_BUILD)/cmd/gz-train.o $(MPI_BUILD)/lib/learn/ranks_mpi.o

mpi: $(MPI_BUILD)/gz-train-mpi
	@mkdir -p $(BIN)
	cp $< $(BIN)/gz-train-mpi

$(MPI_BUILD)/gz-train-mpi: $(MPI_OBJ) $(CMD_OBJ) $(BUILD)/libgz.a
	$(MPICC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(MPI_BUILD)/%.o: %.c Makefile $(CFITSIO)
	@mkdir -p $(@D)
	$(MPICC) $(ALL_CFLAGS) -DWITH_MPI -MMD -MP -c -o $@ $<

# Each tests/unit/x.c is a program that says ok or not ok.
unit: $(UNIT)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/unit/unit.o $(BUILD)/cmd/options.o $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Each tests/fuzz/x.c reads what somebody else wrote; with replay.c it does so for the corpus only.
fuzzers: $(FUZZ:%=$(BUILD)/fuzz/%)

$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/fuzz.o $(FUZZ_MAIN) $(BUILD)/libgz.a
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -pthread $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Makes calls of the C library fail: for LD_PRELOAD, so itself without sanitizers.
$(INJECT): tests/faults/inject.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS:-fsanitize=%=) -fPIC -shared -o $@ $< -ldl
inject: $(INJECT)

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

# ---- what is needed: Debian packages, installed where they are missing ----

define install
@missing=; for p in $(1); do \
    case $$(dpkg-query -W -f '$${Status}' $$p 2>/dev/null) in *' installed') ;; *) missing="$$missing $$p" ;; esac; \
done; \
[ -z "$$missing" ] || ! command -v apt-get >/dev/null || { \
    [ -z "$(SUDO)" ] || command -v $(SUDO) >/dev/null || { \
        echo "make: missing; ask an administrator for: apt-get install$$missing" >&2; exit 1; }; \
    $(SUDO) apt-get update -q && \
    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; }
endef

deps-build:
	$(call install,$(PACKAGES_BUILD))
deps-demo: deps-build
	$(call install,$(PACKAGES_DEMO))
deps-check: deps-demo
	$(call install,$(PACKAGES_CHECK))
# A browser for the tests of the atlas's page.
deps-browser:
	$(call install,$(PACKAGES_BROWSER))
# Programs that read the results, for the tests that need them.
deps-others:
	$(call install,$(PACKAGES_OTHERS))
# What packs the toolchain and looks at the packages, and the shells that complete.
deps-package: deps-check
	$(call install,$(PACKAGES_PACKAGE))
deps-fuzz: deps-build
	$(call install,$(PACKAGES_FUZZ))
deps-lint: deps-build
	$(call install,$(PACKAGES_LINT))

# ---- showing ----

# The main job on a simulated survey. What is there from another demo is used as far as it is the same.
demo: deps-demo
	@$(MAKE) -j$(JOBS) all
	@mkdir -p demo
	@[ "$$(cat demo/galaxies 2> /dev/null)" = $(DEMO_GALAXIES) ] || { rm -rf demo/survey demo/survey.part && \
	    $(BIN)/gz-simulate -n $(DEMO_GALAXIES) demo/survey.part && mv demo/survey.part demo/survey && \
	    echo $(DEMO_GALAXIES) > demo/galaxies; }
	@GZ_BIN="$(abspath $(BIN))" pipelines/galaxy-zoo.sh --epochs $(DEMO_EPOCHS) \
	    demo/survey/images demo/survey/votes.csv demo/out

# Beside PyTorch and Pillow, where they are installed; IMAGES=folder for other pictures than simulated ones, PARTS=...
# for some of it only, PARTS=smoke to see in a minute that all of it works (tests/bench/bench).
bench: all $(BUILD)/bench/limits $(BUILD)/bench/measure
	@IMAGES='$(IMAGES)' VOTES='$(VOTES)' tests/bench/bench $(PARTS)

# ---- testing ----
# A make of its own builds: what pkg-config says is only known when the packages are there.

CHECK_CFLAGS = -O1 -g -fno-omit-frame-pointer
ADDRESS = -fsanitize=address,undefined -fno-sanitize-recover=all

check: deps-check
	@$(MAKE) -j$(JOBS) all unit inject
	@$(MAKE) -j$(JOBS) fuzzers BUILD=$(BUILD)/replay SANITIZE='$(ADDRESS)' CFLAGS='-O1 -g'
	@tests/tools/run-tests $(BUILD) $(BIN)

# What is for more than one machine, on a cluster of this one; as root. What can't be installed is skipped.
check-cluster: deps-check
	@[ "$$(id -u)" != 0 ] || tests/cluster/install $(PACKAGES_CLUSTER) || echo "check-cluster: not all could be installed"
	@$(MAKE) -j$(JOBS) all
	@for cc in mpicc.openmpi mpicc.mpich; do \
	    ! command -v $$cc > /dev/null || $(MAKE) -j$(JOBS) $(BUILD)/$$cc/gz-train-mpi MPICC=$$cc || exit 1; \
	done
	@tests/cluster/check-cluster $(BUILD) $(BIN)

# Every fault at every place, fifty kills where check has a few, a million records: takes half an hour.
faults: deps-check
	@$(MAKE) -j$(JOBS) all inject
	@GZ_FAULTS=all bats --tap tests/faults.bats tests/interruption.bats tests/complete.bats tests/load.bats tests/same.bats

# The atlas's folder, and its page in a browser, which make check leaves out.
check-atlas: deps-check deps-browser
	@$(MAKE) -j$(JOBS) all inject
	@bats --tap tests/gz-atlas.bats tests/browser/atlas-page.bats

# What other programs make of the results; with NODE_PATH of an onnxruntime-node, that too.
check-others: deps-check deps-others
	@$(MAKE) -j$(JOBS) all
	@bats --tap tests/gz-export.bats tests/catalogues.bats

# The whole check once more, with the compiler's own checks built in.
asan: deps-check
	@$(MAKE) sanitized BUILD=build-asan SANITIZE='$(ADDRESS)'
tsan: deps-check
	@$(MAKE) sanitized BUILD=build-tsan SANITIZE=-fsanitize=thread
sanitized:
	@$(MAKE) -j$(JOBS) all unit inject fuzzers BIN=$(BUILD)/bin CFLAGS='$(CHECK_CFLAGS)'
	@GZ_SANITIZED=$(BUILD) tests/tools/run-tests $(BUILD) $(BUILD)/bin

# Look for inputs that break a reader, FUZZ_TIME seconds of processor time for each of FUZZ; what is found stays in
# build-fuzz.
fuzz: deps-fuzz
	@$(MAKE) -j$(JOBS) fuzzers BUILD=build-fuzz CC=clang FUZZ_MAIN= LDFLAGS=-fsanitize=fuzzer \
	    SANITIZE='-fsanitize=fuzzer-no-link $(ADDRESS)' CFLAGS='-O1 -g'
	@tests/fuzz/run build-fuzz $(FUZZ_TIME) $(FUZZ)

# How many lines of lib/ the whole check runs, and which it does not.
coverage: deps-check
	@rm -rf build-coverage
	@$(MAKE) sanitized BUILD=build-coverage SANITIZE=--coverage CHECK_CFLAGS='-O0 -g'
	@tests/tools/coverage build-coverage

# The rooms of lib/ and the files in them use each other one way only.
check-rooms: all
	@tests/tools/check-rooms $(BUILD)
# Every header compiles by itself, and all of them together.
check-headers:
	@for h in lib/*/*.h cmd/*.h; do $(CC) $(ALL_CFLAGS) -Werror -fsyntax-only -x c $$h || exit 1; done
	@printf '#include "%s"\n' $(patsubst lib/%,%,$(wildcard lib/*/*.h)) $(notdir $(wildcard cmd/*.h)) | \
	    $(CC) $(ALL_CFLAGS) -Werror -fsyntax-only -x c -
check-docs: all
	@bats tests/docs.bats

# ---- for those who work on it ----

format:
	clang-format -i $(SOURCES)
format-check:
	@clang-format --dry-run --Werror $(SOURCES)

# What compilers and analyzers say beyond the warnings; .clang-tidy argues what it leaves out. The logarithm that
# cppcheck fears is of a sum over two classes at least, one of which gives 1.
lint: deps-lint
	@$(MAKE) -s compdb
	@cppcheck --enable=warning,performance,portability --error-exitcode=1 --inline-suppr -q -j$(JOBS) --std=c11 \
	    -D_GNU_SOURCE -DVERSION='""' -Ilib -Icmd --suppress=missingIncludeSystem \
	    --suppress=invalidFunctionArg:lib/net/loss.c lib cmd tests/fuzz
	@printf '%s\n' $(filter-out lib/learn/ranks_mpi.c,$(wildcard lib/*/*.c)) cmd/*.c tests/fuzz/*.c | \
	    xargs -P $(JOBS) -n 1 clang-tidy -p . --quiet 2> /dev/null

compdb:
	@$(MAKE) -nB all unit fuzzers | awk -v folder='$(CURDIR)' 'BEGIN { printf "[" } / -c -o / { \
	    gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); \
	    printf "%s\n{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", n++ ? "," : "", folder, $$NF, $$0 } \
	    END { print "\n]" }' > compile_commands.json

# ---- installing ----

COMPLETIONS = packaging/completions
BASH_COMPLETIONS = $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS  = $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS = $(PREFIX)/share/fish/vendor_completions.d
COMPLETED = $(sort $(PROGRAMS) gz-train-mpi $(foreach s,$(INSTALLED),$(firstword $(subst =, ,$(s)))))

# The shells look for a file by the name of the command: of gz-prep, a link to that of gz.
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/gz/pipelines $(DESTDIR)$(PREFIX)/share/gz/web \
	    $(DESTDIR)$(PREFIX)/share/gz/rules
	install -m 755 $(PROGRAMS:%=$(BIN)/%) $(wildcard $(BIN)/gz-train-mpi) $(DESTDIR)$(PREFIX)/bin
	install -m 755 pipelines/*.sh $(DESTDIR)$(PREFIX)/share/gz/pipelines
	install -m 644 pipelines/*.bash $(DESTDIR)$(PREFIX)/share/gz/pipelines
	install -m 644 web/* $(DESTDIR)$(PREFIX)/share/gz/web
	install -m 644 $(RULES) $(DESTDIR)$(PREFIX)/share/gz/rules
	for w in $(WEIGHTS); do install -D -m 644 $$w $(DESTDIR)$(PREFIX)/share/gz/weights/$${w##*/}; done
	for s in $(INSTALLED); do ln -sf ../share/gz/pipelines/$${s#*=} $(DESTDIR)$(PREFIX)/bin/$${s%%=*}; done
	for p in $(PAGES); do install -D -m 644 $$p $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
	install -D -m 644 $(COMPLETIONS)/gz.bash $(DESTDIR)$(BASH_COMPLETIONS)/gz
	install -D -m 644 $(COMPLETIONS)/gz.zsh $(DESTDIR)$(ZSH_COMPLETIONS)/_gz
	install -D -m 644 $(COMPLETIONS)/gz.fish $(DESTDIR)$(FISH_COMPLETIONS)/gz.fish
	for p in $(filter gz-%,$(COMPLETED)); do ln -sf gz $(DESTDIR)$(BASH_COMPLETIONS)/$$p && \
	    ln -sf gz.fish $(DESTDIR)$(FISH_COMPLETIONS)/$$p.fish; done

uninstall:
	cd $(DESTDIR)$(PREFIX)/bin && rm -f $(COMPLETED)
	cd $(DESTDIR)$(BASH_COMPLETIONS) && rm -f $(COMPLETED)
	cd $(DESTDIR)$(FISH_COMPLETIONS) && rm -f $(COMPLETED:=.fish)
	rm -f $(DESTDIR)$(ZSH_COMPLETIONS)/_gz
	for p in $(PAGES); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/}; done
	rm -rf $(DESTDIR)$(PREFIX)/share/gz

# ---- packaging: see packaging/README ----

dist:
	@packaging/dist $(VERSION) dist
deb: dist
	@packaging/deb $(VERSION) dist
container: dist
	@packaging/container $(VERSION) dist
check-package: deps-package
	@$(MAKE) -j$(JOBS) all
	@GZ_PACKAGE=all bats --tap tests/package.bats tests/completions.bats
# All that a release needs; what can't be done here is named at the end.
release-check:
	@packaging/release-check $(VERSION)

clean:
	rm -rf bin build build-* demo dist compile_commands.json

# Object files that only a pattern names; make would remove them.
.SECONDARY: $(patsubst %.c,$(BUILD)/%.o,$(wildcard cmd/*.c tests/*/*.c))
.PHONY: all mpi unit inject fuzzers deps-build deps-demo deps-check deps-browser deps-others deps-package deps-fuzz \
        deps-lint demo bench check check-atlas check-cluster check-others faults asan tsan sanitized coverage fuzz \
        check-rooms check-headers check-docs format format-check lint compdb install uninstall dist deb container \
        check-package release-check clean
