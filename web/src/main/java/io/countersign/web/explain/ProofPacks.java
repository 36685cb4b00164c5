package io.countersign.web.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import io.countersign.query.proof.api.Proofs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes proof packs: the evidence, what explains it, and a page for people, under one signature. */
@Component
public class ProofPacks {

    private final Explanations explanations;
    private final Actions actions;
    private final Principals principals;
    private final Proofs proofs;
    private final JsonMapper json;

    ProofPacks(Explanations explanations, Actions actions, Principals principals, Proofs proofs, JsonMapper json) {
        this.explanations = explanations;
        this.actions = actions;
        this.principals = principals;
        this.proofs = proofs;
        this.json = json;
    }

    /** The three files, and all of them as a ZIP. */
    public record Made(String manifest, String proof, String page, byte[] zip) {}

    /** One event as the proof holds it. */
    record ProvedEntry(long index, long number, String previous, List<@Nullable String> event, List<String> path) {}

    /** The proof itself; its first nine members are laid down in the proof format. */
    record Proof(String format, String origin, String action, String workspace, List<String> keys, String checkpoint, List<ProvedEntry> events,
            Proofs.@Nullable Content content, String claim, @JsonProperty("payload_sha256") @Nullable String payloadSha256,
            Map<String, String> identities, Explanation explanation) {}

    /**
     * A proof of everything on record about an action.
     *
     * @param pseudonymous leaves out what people and agents are called
     * @return empty when the reader may not see the action, or there is none
     */
    public Optional<Made> of(Reader reader, String actionId, boolean pseudonymous) {
        return actions.byId(reader, actionId).flatMap(row -> {
            Proofs.Evidence evidence = proofs.evidence(actionId);
            Function<String, String> names = pseudonymous ? id -> id : explanations::name;
            return explanations.of(reader, actionId, names).map(told -> {
                Map<String, String> identities = new TreeMap<>();
                told.auditTrail().stream().flatMap(event -> Stream.ofNullable(event.metadata().get("actor"))).filter(id -> !pseudonymous)
                        .forEach(id -> principals.byId(id).ifPresent(principal -> identities.put(id, principal.name())));
                String proof = json.writeValueAsString(new Proof("countersign-proof/1", evidence.origin(), actionId, row.workspace(),
                        evidence.keys(), evidence.checkpoint(), evidence.events().stream().map(event -> new ProvedEntry(event.index(),
                                event.number(), event.previous(), event.event(), event.path())).toList(),
                        evidence.content(), ProofPage.CLAIM, row.payloadSha256(), identities, told));
                String page = ProofPage.of(told, evidence, evidence.content() == null ? null : evidence.content().params(), names);
                Proofs.Pack pack = proofs.pack(evidence.origin(), actionId, proof, page);
                return new Made(pack.manifest(), proof, page, pack.zip());
            });
        });
    }
}
