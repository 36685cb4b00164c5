package io.countersign.query.projection;

/** One of the two places of a view. */
record Slot(String view, String letter) {

    Slot other() {
        return new Slot(view, "a".equals(letter) ? "b" : "a");
    }

    /** The partition of this slot, with its schema. Built from our own names only. */
    String table() {
        return "query." + partition();
    }

    /** The same without its schema. */
    String partition() {
        return view + "_" + letter;
    }

    /** Name of its event processor, under which its token is kept. */
    String processor() {
        return view + "-" + letter;
    }
}
