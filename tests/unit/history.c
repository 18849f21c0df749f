/* history: every row has the header's columns, and only the newest rows are kept. */
#include "learn/history.h"

#include <unistd.h>

#include "base/file.h"
#include "unit.h"

static struct error err;

static size_t columns(const char *line)
{
    size_t n = 1;
    for (; *line && *line != '\n'; line++)
        n += *line == '\t';
    return n;
}

static void table(void)
{
    struct epoch_report plain = {.epoch = 1, .records = 640, .loss = 0.5, .learning_rate = 1e-3};
    struct epoch_report valid = plain;
    struct buffer rows = {0}, text = {0};
    char path[] = "/tmp/unit-history-XXXXXX";
    int fd = mkstemp(path);
    valid.epoch = 2;
    valid.validated = valid.best = true;
    valid.valid = (struct evaluation){.n = 200, .correct = 150, .loss = 0.25};
    valid.accuracy = (struct interval){0.68, 0.81};
    close(fd);
    CHECK(!history_add(&rows, &plain, &err) && !history_add(&rows, &valid, &err));
    CHECK(!history_write(&rows, path, &err));
    CHECK(!file_open(path, &fd, &err) && !file_read_all(fd, &text, 1 << 20, &err));
    CHECK(!buffer_append(&text, "", 1, &err));
    file_close(fd);
    char *second = strchr(text.data, '\n') + 1, *third = strchr(second, '\n') + 1;
    CHECK(text.data[0] == '#' && columns(text.data) == 9);
    CHECK(columns(second) == 9 && columns(third) == 9);
    static const char wanted[] = "1\t640\t0.500000\t\t\t\t\t1.000e-03\t0\n";
    CHECK(strncmp(second, wanted, strlen(wanted)) == 0);
    CHECK(strncmp(third, "2\t640\t0.500000\t0.250000\t0.750000\t0.680000\t0.810000\t", 50) == 0);
    char line[EPOCH_REPORT_TEXT];
    CHECK(!strstr(epoch_report_text(&plain, line), "accuracy"));
    CHECK(strstr(epoch_report_text(&valid, line), "accuracy 0.7500 (0.6800 to 0.8100) best"));
    CHECK(!strstr(line, " of ") && !strstr(line, "left"));
    valid.epochs = 30, valid.left = 125;
    CHECK(strncmp(epoch_report_text(&valid, line), "epoch 2 of 30: 640 records", 26) == 0);
    CHECK(strstr(line, ", 2 min left"));
    valid.epochs = 2;
    CHECK(!strstr(epoch_report_text(&valid, line), "left"));
    buffer_release(&rows);
    buffer_release(&text);
    unlink(path);
}

/* After ever so many epochs whole rows are left, the newest ones. */
static void trimmed(void)
{
    struct buffer rows = {0};
    uint64_t epochs = 120000;
    char last[32];
    for (uint64_t e = 1; e <= epochs; e++) {
        struct epoch_report r = {.epoch = e, .records = e, .loss = 1};
        if (history_add(&rows, &r, &err))
            break;
    }
    CHECK(!buffer_append(&rows, "", 1, &err));
    CHECK(rows.size <= HISTORY_MAX + 1 && rows.size > HISTORY_MAX - 100);
    CHECK(columns(rows.data) == 9 && rows.data[0] >= '1' && rows.data[0] <= '9');
    snprintf(last, sizeof last, "\n%llu\t", (unsigned long long)epochs);
    CHECK(strstr(rows.data, last) != NULL);
    uint64_t first = strtoull(rows.data, NULL, 10);
    const char *line = rows.data;
    for (uint64_t e = first; e <= epochs; e++, line = strchr(line, '\n') + 1)
        if (strtoull(line, NULL, 10) != e) {
            CHECK(false);
            break;
        }
    buffer_release(&rows);
}

int main(void)
{
    unit_test("rows have the columns of the header, with and without a validation set");
    table();
    unit_test("a long history keeps whole rows, the newest");
    trimmed();
    return unit_end();
}
