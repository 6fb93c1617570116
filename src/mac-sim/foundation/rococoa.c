/* librococoa, of which Rococoa wants no more than that it exists. */
#include "../sim.h"

EXPORT void callOnMainThread(void *callback, uint8_t wait);
EXPORT id proxyForJavaObject(void *invoked, void *signature);

void callOnMainThread(void *callback, uint8_t wait) {
    sim_offence("librococoa: callOnMainThread was used");
}

id proxyForJavaObject(void *invoked, void *signature) {
    sim_offence("librococoa: proxyForJavaObject was used");
    return NULL;
}
