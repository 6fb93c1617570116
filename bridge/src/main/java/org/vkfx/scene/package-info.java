/**
 * Where JavaFX applications enter: {@link org.vkfx.scene.VulkanView}, and {@link org.vkfx.scene.Interop} for what
 * Vulkan needs.
 */
package org.vkfx.scene;
