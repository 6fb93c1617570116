/**
 * The seam between a view and the ways its pixels can take: {@link org.vkfx.interop.InteropBackend}, one per kind, and
 * what all of them share: the companion of a device, the life of a view on a device.
 */
package org.vkfx.interop;
