/* IOKit: a registry without entries. MoltenVK looks there for the GPU's PCI ids, and has others where it finds none. */
#include "../objc/objc.h"
#include "shim.h"

enum { IO_OBJECT_NULL = 0, IO_RETURN_SUCCESS = 0 };
static const int IO_RETURN_NOT_FOUND = (int)0xe00002f0;

static void *no_matching_of_id(uint64_t id) {
    (void)id;
    return NULL;
}
SHIM(IORegistryEntryIDMatching, no_matching_of_id);

static void *no_matching_of_name(const char *name) {
    (void)name;
    return NULL;
}
SHIM(IOServiceMatching, no_matching_of_name);

static uint32_t no_service(uint32_t port, void *matching) {
    (void)port;
    (void)matching;
    return IO_OBJECT_NULL;
}
SHIM(IOServiceGetMatchingService, no_service);

static int no_services(uint32_t port, void *matching, uint32_t *iterator) {
    (void)port;
    (void)matching;
    *iterator = IO_OBJECT_NULL;
    return IO_RETURN_SUCCESS;
}
SHIM(IOServiceGetMatchingServices, no_services);

static uint32_t no_next(uint32_t iterator) {
    (void)iterator;
    return IO_OBJECT_NULL;
}
SHIM(IOIteratorNext, no_next);

static int release(uint32_t object) {
    if (object) {
        sim_offence("IOObjectRelease: there is no object 0x%x", object);
    }
    return IO_RETURN_SUCCESS;
}
SHIM(IOObjectRelease, release);

static int no_parent(uint32_t entry, const char *plane, uint32_t *parent) {
    (void)entry;
    (void)plane;
    *parent = IO_OBJECT_NULL;
    return IO_RETURN_NOT_FOUND;
}
SHIM(IORegistryEntryGetParentEntry, no_parent);

static void *no_property(uint32_t entry, const char *plane, const void *key, const void *allocator, uint32_t options) {
    (void)entry;
    (void)plane;
    (void)key;
    (void)allocator;
    (void)options;
    return NULL;
}
SHIM(IORegistryEntrySearchCFProperty, no_property);
