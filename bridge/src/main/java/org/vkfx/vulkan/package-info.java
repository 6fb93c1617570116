/**
 * Vulkan through java.lang.foreign: what the bridge needs of it and no more. Methods named vkXxx are the native
 * functions of that name; handles are longs; 64-bit platforms only. Knows nothing of JavaFX or of swapchains.
 */
package org.vkfx.vulkan;
