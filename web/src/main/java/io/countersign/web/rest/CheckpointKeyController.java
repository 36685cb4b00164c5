package io.countersign.web.rest;

import io.countersign.query.proof.api.Proofs;
import io.countersign.web.rest.AuditRestController.KeyBody;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The public keys, for everybody: whoever holds a proof must be able to ask whose signature it bears. */
@RestController
class CheckpointKeyController {

    private final Proofs proofs;

    CheckpointKeyController(Proofs proofs) {
        this.proofs = proofs;
    }

    /** All keys, oldest first. */
    record KeyList(@Nullable String origin, List<KeyBody> keys) {}

    @GetMapping(path = "/.well-known/countersign/keys", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<KeyList> keys() {
        var keys = proofs.keys();
        return ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)))
                .body(new KeyList(keys.origin(), keys.keys().stream().map(KeyBody::of).toList()));
    }
}
