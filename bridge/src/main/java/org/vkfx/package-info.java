/** The vocabulary of the bridge between Vulkan and JavaFX. Knows neither: everything here is plain Java. */
package org.vkfx;
