package io.countersign.query.proof;

import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Safe;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stubs;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** The tree, who keeps it and who asks it. */
@Configuration(proxyBeanMethods = false)
class ProofConfiguration {

    @Bean
    TreeStore treeStore(DataSource dataSource) {
        return new TreeStore(dataSource);
    }

    @Bean
    SigningKeys signingKeys(DataSource dataSource, Safe safe, Clock clock) {
        return new SigningKeys(JdbcClient.create(dataSource), safe, clock);
    }

    /** Beside the other files of the node unless a folder is named; none where there is no data folder either. And a repository and an address if they are named. */
    @Bean
    Anchors anchors(@Value("${countersign.anchor-dir:}") String folder, @Value("${countersign.data-dir:}") String data,
            @Value("${countersign.anchor-webhook:}") String address, @Value("${countersign.anchor-git:}") String repository) {
        List<Anchor> anchors = new ArrayList<>();
        if (!folder.isBlank()) {
            anchors.add(new FolderAnchor(Path.of(folder)));
        } else if (!data.isBlank()) {
            anchors.add(new FolderAnchor(Path.of(data).resolve("anchors")));
        }
        if (!repository.isBlank()) {
            anchors.add(new GitAnchor(Path.of(repository)));
        }
        if (!address.isBlank()) {
            anchors.add(new WebhookAnchor(URI.create(address)));
        }
        return new Anchors(List.copyOf(anchors));
    }

    @Bean
    TreeKeeper treeKeeper(RawLog log, Head head, TreeStore store, SigningKeys keys, Anchors anchors, Clock clock,
            PlatformTransactionManager springTransactions) {
        return new TreeKeeper(log, head, store, keys, anchors.all(), clock, springTransactions);
    }

    @Bean
    ProofQuestions proofQuestions(RawLog log, Head head, TreeStore store, TreeKeeper keeper, SigningKeys keys, Anchors anchors, Clock clock,
            EventReader events, Keyring keyring, ArchiveFolder archives) {
        return new ProofQuestions(head, log, store, keeper, keys,
                new LogVerifier(log, head, store, keeper::reach, keys, anchors.all(), clock, archives.files()), events, keyring, archives.files());
    }

    /** Beside the other files of the node unless a folder is named; none where there is no data folder either. */
    @Bean
    ArchiveFolder archiveFolder(@Value("${countersign.archive-dir:}") String folder, @Value("${countersign.data-dir:}") String data) {
        return new ArchiveFolder(!folder.isBlank() ? new Archives(Path.of(folder))
                : data.isBlank() ? null : new Archives(Path.of(data).resolve("archives")));
    }

    @Bean
    Archivist archivist(RawLog log, TreeStore store, TreeKeeper keeper, SigningKeys keys, ArchiveFolder archives, Stubs stubs) {
        return new Archivist(log, store, keeper, keys, archives.files(), stubs);
    }

    @Bean
    ProofDiagnostics proofDiagnostics(ProofQuestions proofs) {
        return new ProofDiagnostics(proofs);
    }

    @Bean
    BackgroundVerification backgroundVerification(ProofQuestions proofs) {
        return new BackgroundVerification(proofs);
    }

    /** Where archives lie; null for nowhere. */
    record ArchiveFolder(@Nullable Archives files) {}

    /** All places outside the database there are. */
    record Anchors(List<Anchor> all) {}
}
