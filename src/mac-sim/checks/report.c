/* The report of the vendors' code that ran. */
#include "../loader/macho.h"

#include <sys/stat.h>
#include <unistd.h>

int32_t sim_report(const char *folder) {
    char path[4096];
    mkdir(folder, 0777);
    snprintf(path, sizeof path, "%s/%d.txt", folder, (int)getpid());
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "mac-sim: cannot write %s\n", path);
        return -1;
    }
    int32_t ran = macho_report(file);
    fclose(file);
    return ran;
}
