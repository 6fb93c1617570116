#include "gpu.h"

uint64_t gpu_event_value(struct gpu_event *event) {
    if (event->get) {
        return event->get(event->context);
    }
    pthread_mutex_lock(&gpu_lock);
    uint64_t value = event->value;
    gpu_clock_join(gpu_clock_here(), &event->clock);
    pthread_mutex_unlock(&gpu_lock);
    return value;
}

void gpu_event_signal(struct gpu_event *event, uint64_t value) {
    if (event->set) {
        event->set(event->context, value);
    }
    pthread_mutex_lock(&gpu_lock);
    uint64_t before = event->value;
    event->value = value;
    gpu_clock_join(&event->clock, gpu_clock_here());
    pthread_cond_broadcast(&gpu_changed);
    pthread_mutex_unlock(&gpu_lock);
    if (value < before && !event->set) {
        sim_offence("MTLSharedEvent %p goes back from %lu to %lu", (void *)event->object, (unsigned long)before,
                    (unsigned long)value);
    }
    event->signalled(event->object, value);
}

bool gpu_event_await(struct gpu_event *event, uint64_t value, int64_t millis) {
    int64_t since = gpu_millis();
    while (gpu_event_value(event) < value) {
        if (millis >= 0 && gpu_millis() - since >= millis) {
            return false;
        }
        pthread_mutex_lock(&gpu_lock);
        gpu_wait_for_change();
        pthread_mutex_unlock(&gpu_lock);
    }
    return true;
}
