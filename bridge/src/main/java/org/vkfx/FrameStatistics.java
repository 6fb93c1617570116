package org.vkfx;

/**
 * Counts since a view got its device; they start anew with another. A snapshot: the numbers belong to about the same
 * moment.
 *
 * @param acquired frames handed out by acquire
 * @param presented frames presented
 * @param discarded frames given back without being presented
 * @param dropped frames completed but replaced by a newer one before JavaFX showed them (MAILBOX)
 * @param displayed distinct frames that JavaFX has drawn
 * @param copies Vulkan copies and texture uploads the bridge itself made; 0 on the zero-copy paths
 * @param reallocations how often the images were allocated anew
 * @param presentToDisplayNanos time from present to the drawing of the frame displayed last, in nanoseconds; 0 before
 *     the first
 */
public record FrameStatistics(long acquired, long presented, long discarded, long dropped, long displayed, long copies,
        long reallocations, long presentToDisplayNanos) {
    /** Nothing has happened yet. */
    public static final FrameStatistics NONE = new FrameStatistics(0, 0, 0, 0, 0, 0, 0, 0);
}
