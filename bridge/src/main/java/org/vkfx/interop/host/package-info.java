/**
 * One copy into host memory and one upload by JavaFX: works with every pipeline, and without access to JavaFX's
 * internals. Public JavaFX only.
 */
package org.vkfx.interop.host;
