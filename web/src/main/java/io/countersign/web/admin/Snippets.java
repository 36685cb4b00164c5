package io.countersign.web.admin;

/** Requests to copy, as an agent would send them. The key stays in a variable, out of shell histories and screenshots. */
final class Snippets {

    private Snippets() {}

    /** Asks for an e-mail. */
    static String submit(String base) {
        return """
                curl -sS %s/api/v1/actions \\
                  -H "Authorization: Bearer $COUNTERSIGN_AGENT_KEY" \\
                  -H "Content-Type: application/json" \\
                  -H "Idempotency-Key: mail-$(date +%%s)" \\
                  -d '{"action":"email:send","params":{"to":["ann@example.com"],"subject":"Hello","body":"<p>Hello Ann</p>"},"reason":"to try it"}'
                """.formatted(base).strip();
    }

    /** Waits up to half a minute until somebody decides. */
    static String poll(String base) {
        return """
                curl -sS "%s/api/v1/actions/$ACTION_ID?wait=30&since_status=pending" \\
                  -H "Authorization: Bearer $COUNTERSIGN_AGENT_KEY"
                """.formatted(base).strip();
    }

    /** Takes the oldest work that is free, as a worker outside. */
    static String claim(String base) {
        return """
                curl -sS -X POST %s/api/v1/work/claim \\
                  -H "Authorization: Bearer $COUNTERSIGN_WORKER_KEY" \\
                  -H "Content-Type: application/json" \\
                  -d '{"lease_seconds":60}'
                """.formatted(base).strip();
    }

    /** Reports that it is done. */
    static String complete(String base) {
        return """
                curl -sS -X POST %s/api/v1/work/$ACTION_ID/complete \\
                  -H "Authorization: Bearer $COUNTERSIGN_WORKER_KEY" \\
                  -H "Content-Type: application/json" \\
                  -d '{"attempt":1,"output":{"note":"done by hand"}}'
                """.formatted(base).strip();
    }
}
