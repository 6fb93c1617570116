#include "mac.h"
#include "../objc/objc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPLE_GPU {"Apple M-something (simulated)", 0x100000a5f, true, false, false, true, true}

static const struct mac KINDS[] = {
    {"apple-silicon", {APPLE_GPU}, 1, false},
    {"two-gpus",
     {{"Intel UHD Graphics (simulated)", 0x100000b01, false, true, false, false, true},
      {"AMD Radeon RX (simulated)", 0x100000b02, false, false, true, false, true}},
     2, false},
    {"virtual", {{"Apple Paravirtual device (simulated)", 0x100000c01, true, false, false, true, false}}, 1, false},
    {"two-devices", {APPLE_GPU}, 1, true},
};

const struct mac *mac_kind(void) {
    const char *wanted = getenv("MACSIM_MAC");
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (!wanted || !*wanted || !strcmp(wanted, KINDS[i].kind)) {
            return &KINDS[i];
        }
    }
    fprintf(stderr, "mac-sim: there is no kind of Mac named %s; see metal/mac.h\n", wanted);
    objc_end_process();
}
