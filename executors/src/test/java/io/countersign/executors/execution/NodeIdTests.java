package io.countersign.executors.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdTests {

    @TempDir
    private Path folder;

    @Test
    void a_node_keeps_its_name_over_restarts() {
        String first = NodeId.of(null, folder.resolve("data"), () -> "node-a");
        assertThat(first).isEqualTo("node-a");
        assertThat(NodeId.of(" ", folder.resolve("data"), () -> "node-b")).isEqualTo("node-a");
    }

    @Test
    void a_configured_name_wins_and_writes_nothing() {
        assertThat(NodeId.of("blue", folder, () -> "node-a")).isEqualTo("blue");
        assertThat(folder).isEmptyDirectory();
    }
}
