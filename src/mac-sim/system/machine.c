/* Of libSystem: clocks, and what processes ask of the machine and its macOS. */
#include "../metal/mac.h"
#include "../sim.h"
#include "shim.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- time: nanoseconds, as on Intel */

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t mac_absolute_time(void) {
    return nanoseconds(CLOCK_MONOTONIC);
}
SHIM(mach_absolute_time, mac_absolute_time);

static uint64_t mac_continuous_time(void) {
    return nanoseconds(CLOCK_BOOTTIME);
}
SHIM(mach_continuous_time, mac_continuous_time);

static int mac_timebase_info(uint32_t info[2]) {
    info[0] = info[1] = 1;
    return 0;
}
SHIM(mach_timebase_info, mac_timebase_info);

/* ---- the machine */

enum { KERN_SUCCESS = 0, KERN_INVALID_ARGUMENT = 4 };
enum { PAGE_BYTES = 4096 }; /* an Intel Mac's, or Rosetta's */
static const uint64_t MEMORY_BYTES = (uint64_t)16 << 30;

static uint32_t mac_task_self = 0x103; /* a port's name */
SHIM(mach_task_self_, &mac_task_self);

static uint32_t mac_host_self(void) {
    return 0x203;
}
SHIM(mach_host_self, mac_host_self);

static int mac_host_page_size(uint32_t host, uintptr_t *size) {
    (void)host;
    *size = PAGE_BYTES;
    return KERN_SUCCESS;
}
SHIM(host_page_size, mac_host_page_size);

/* A half of the memory is free. */
static int mac_host_statistics(uint32_t host, int flavor, uint32_t *info, uint32_t *count) {
    enum { HOST_VM_INFO = 2 };
    (void)host;
    if (flavor != HOST_VM_INFO || !*count) {
        sim_offence("host_statistics: flavor %d is not simulated", flavor);
        return KERN_INVALID_ARGUMENT;
    }
    memset(info, 0, *count * sizeof *info);
    info[0] = (uint32_t)(MEMORY_BYTES / 2 / PAGE_BYTES); /* free_count */
    return KERN_SUCCESS;
}
SHIM(host_statistics, mac_host_statistics);

static int mac_task_info(uint32_t task, int flavor, uint32_t *info, uint32_t *count) {
    enum { TASK_VM_INFO = 22, FOOTPRINT = 36, GRAPHICS_FOOTPRINT = 68 }; /* in words; 8 bytes each */
    static const uint64_t used = 64 << 20;
    (void)task;
    if (flavor != TASK_VM_INFO) {
        sim_offence("task_info: flavor %d is not simulated", flavor);
        return KERN_INVALID_ARGUMENT;
    }
    memset(info, 0, *count * sizeof *info);
    if (*count >= FOOTPRINT + 2) {
        memcpy(&info[FOOTPRINT], &used, sizeof used);
    }
    if (*count >= GRAPHICS_FOOTPRINT + 2) {
        memcpy(&info[GRAPHICS_FOOTPRINT], &used, sizeof used);
    }
    return KERN_SUCCESS;
}
SHIM(task_info, mac_task_info);

static int mac_sysctlbyname(const char *name, void *old, size_t *old_size, const void *new, size_t new_size) {
    (void)new_size;
    if (strcmp(name, "hw.memsize") || new) {
        sim_offence("sysctlbyname: %s is not simulated", name);
        errno = ENOENT;
        return -1;
    }
    if (old && *old_size < sizeof MEMORY_BYTES) {
        errno = ENOMEM;
        return -1;
    }
    if (old) {
        memcpy(old, &MEMORY_BYTES, sizeof MEMORY_BYTES);
    }
    *old_size = sizeof MEMORY_BYTES;
    return 0;
}
SHIM(sysctlbyname, mac_sysctlbyname);

static long mac_sysconf(int name) {
    enum { MAC_PAGESIZE = 29, MAC_NPROCESSORS_CONF = 57, MAC_NPROCESSORS_ONLN = 58, MAC_PHYS_PAGES = 200 };
    switch (name) {
    case MAC_PAGESIZE:
        return PAGE_BYTES;
    case MAC_NPROCESSORS_CONF:
    case MAC_NPROCESSORS_ONLN:
        return sysconf(_SC_NPROCESSORS_ONLN);
    case MAC_PHYS_PAGES:
        return (long)(MEMORY_BYTES / PAGE_BYTES);
    default:
        sim_offence("sysconf: name %d is not simulated", name);
        errno = EINVAL;
        return -1;
    }
}
SHIM(sysconf, mac_sysconf);

struct build_version {
    uint32_t platform, version; /* 0x000e0200 is 14.2 */
};

/* What @available asks. */
static bool mac_availability_version_check(uint32_t count, const struct build_version *versions) {
    enum { PLATFORM_MACOS = 1 };
    for (uint32_t i = 0; i < count; i++) {
        if (versions[i].platform == PLATFORM_MACOS && versions[i].version >= (MACOS_MAJOR + 1) << 16) {
            return false;
        }
    }
    return true;
}
SHIM(_availability_version_check, mac_availability_version_check);
