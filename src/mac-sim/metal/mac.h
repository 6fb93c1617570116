/* The kinds of Mac, chosen by MACSIM_MAC, and their macOS. */
#ifndef MACSIM_MAC_H
#define MACSIM_MAC_H

#include <stdbool.h>
#include <stdint.h>

enum { MACOS_MAJOR = 14, MACOS_MINOR = 0, MACOS_PATCH = 0 }; /* of all of them */

struct mac_gpu {
    const char *name;
    uint64_t registry_id;
    bool unified_memory, low_power, removable;
    bool apple; /* MTLGPUFamilyApple… */
    bool mac2;  /* MTLGPUFamilyMac2, which JavaFX's Metal pipeline needs */
};

/*
 *   apple-silicon   one GPU, unified memory
 *   two-gpus        an Intel Mac: its own GPU, which JavaFX gets, and an external one, which Vulkan lists first; no
 *                   unified memory
 *   virtual         Apple's paravirtual GPU, without MTLGPUFamilyMac2
 *   two-devices     apple-silicon, where MTLCreateSystemDefaultDevice and MTLCopyAllDevices give two objects
 */
struct mac {
    const char *kind;
    struct mac_gpu gpus[2];
    int gpu_count;
    bool two_objects;
};

const struct mac *mac_kind(void); /* ends the process with a sentence when there is no such kind */

#endif
