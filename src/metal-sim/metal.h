/* What metal.c, gpu.c and layer.c know of each other beyond sim.h. */
#ifndef VKFX_METAL_H
#define VKFX_METAL_H

#include "runtime.h"

#define MTL_DEVICE_NAME "Apple M-something (simulated)"
#define MTL_REGISTRY_ID 0x100000a5full

uint64_t mtl_m_device(id self, SEL selector, uint64_t a, uint64_t b, uint64_t c, uint64_t d); /* -device of any class */
bool mtl_is_event(id object);
void mtl_event_signal(id event, uint64_t value);
void mtl_event_promise(id event, uint64_t value); /* work committed or submitted will signal it */
bool mtl_event_promised(id event, uint64_t value);
void gpu_wake(void); /* some event has a new value */

#endif
