package io.countersign.query.proof;

import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Safe;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
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
            EventReader events, Keyring keyring) {
        return new ProofQuestions(head, log, store, keeper, keys,
                new LogVerifier(log, head, store, keeper::reach, keys, anchors.all(), clock), events, keyring);
    }

    @Bean
    ProofDiagnostics proofDiagnostics(ProofQuestions proofs) {
        return new ProofDiagnostics(proofs);
    }

    @Bean
    BackgroundVerification backgroundVerification(ProofQuestions proofs) {
        return new BackgroundVerification(proofs);
    }

    /** All places outside the database there are. */
    record Anchors(List<Anchor> all) {}
}
