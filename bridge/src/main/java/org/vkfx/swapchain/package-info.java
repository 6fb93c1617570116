/**
 * The life of a frame: states of the images, acquire, latch, present modes, generations, and the render thread's
 * pacing. Plain Java; knows no Vulkan, no JavaFX and no backend, and is tested without any of them.
 */
package org.vkfx.swapchain;
