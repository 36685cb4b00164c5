package io.countersign.query.projection;

/** Where the views are, for those who announce what the views already show. */
public final class ViewPositions {

    private final Slots slots;
    private final Freshness freshness;

    ViewPositions(Slots slots, Freshness freshness) {
        this.slots = slots;
        this.freshness = freshness;
    }

    /** Waits, for seconds at most, until a view has taken in the event with this index. Answers whether it has. */
    public boolean reached(String view, long index) {
        return freshness.reached(view, index, () -> slots.livePosition(view));
    }
}
