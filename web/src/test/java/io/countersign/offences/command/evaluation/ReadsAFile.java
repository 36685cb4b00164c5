package io.countersign.offences.command.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;

abstract class ReadsAFile {

    boolean allowed() {
        return Files.exists(Path.of("allowed"));
    }
}
