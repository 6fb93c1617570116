/* What runtime.c, foundation.c, metal.c and gpu.c know of each other beyond sim.h. */
#ifndef VKFX_RUNTIME_H
#define VKFX_RUNTIME_H

#include "sim.h"

/* True for what may be sent messages; otherwise an offence that names the action. nil is the caller's business. */
bool sim_alive(id object, const char *action);
/* Makes a class known to objc_getClass. */
void sim_register(const struct sim_class *class);
id sim_class_object(const struct sim_class *class);
/* The Objective-C API: these retains and releases are ours. */
EXPORT id objc_retain(id object), objc_autorelease(id object);
EXPORT void objc_release(id object);

extern const struct sim_class ns_object, ns_string;
/* A string; retain count 1. */
id ns_string_new(const char *utf8, size_t bytes);
id ns_string_format(const char *format, ...) __attribute__((format(printf, 1, 2))); /* autoreleased */
const char *ns_string_utf8(id string);
/* -setLabel: of any class: keeps a copy, as Metal does. */
void ns_string_replace(id *variable, id string);

#endif
