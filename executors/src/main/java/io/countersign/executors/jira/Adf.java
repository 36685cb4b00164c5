package io.countersign.executors.jira;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Plain text in Atlassian's document format. */
final class Adf {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Adf() {}

    /** Blank lines separate paragraphs; single line breaks stay. */
    static ObjectNode document(String text) {
        var document = JSON.createObjectNode().put("type", "doc").put("version", 1);
        var content = document.putArray("content");
        var plain = text.isBlank() ? "(no description)" : text.replaceAll("\\r\\n?", "\n");
        for (var paragraph : plain.split("\\n[ \\t]*(?:\\n[ \\t]*)+")) {
            if (!paragraph.isBlank()) {
                var inline = content.addObject().put("type", "paragraph").putArray("content");
                var first = true;
                for (var line : paragraph.split("\\n")) {
                    if (!first) {
                        inline.addObject().put("type", "hardBreak");
                    }
                    first = false;
                    if (!line.isEmpty()) {
                        inline.addObject().put("type", "text").put("text", line);
                    }
                }
            }
        }
        return document;
    }
}
