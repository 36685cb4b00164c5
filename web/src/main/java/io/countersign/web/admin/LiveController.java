package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.action.api.Actions.Change;
import io.countersign.query.action.api.Changes;
import io.countersign.web.security.Caller;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages that something changed, never what: they ask again with their own rights. One listener for all, one virtual thread and one
 * small mailbox a page, so a slow page delays nobody. Pages are told to stop before the server is.
 */
@Controller
class LiveController implements SmartLifecycle {

    private static final long HEARTBEAT_SECONDS = 15;
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final int PAGES = 1_000;
    private static final Change STOP = new Change("", "", ActionStatus.PENDING, Instant.EPOCH, -1);

    private final Changes changes;
    private final Set<Page> pages = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile AutoCloseable subscription = () -> {};
    private volatile boolean running;

    LiveController(Changes changes) {
        this.changes = changes;
    }

    private record Page(String workspace, SseEmitter emitter, LinkedBlockingQueue<Change> mailbox) {}

    @GetMapping(path = "/admin/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(@AuthenticationPrincipal Caller caller) {
        var emitter = new SseEmitter(LONGEST.toMillis());
        if (!running || pages.size() >= PAGES) {
            emitter.complete();
            return emitter;
        }
        var page = new Page(caller.workspace(), emitter, new LinkedBlockingQueue<>(64));
        emitter.onCompletion(() -> leave(page));
        emitter.onTimeout(emitter::complete);
        emitter.onError(lost -> leave(page));
        pages.add(page);
        threads.execute(() -> serve(page));
        return emitter;
    }

    private void serve(Page page) {
        try {
            page.emitter().send(SseEmitter.event().name("hello").reconnectTime(3_000).data("{}"));
            while (pages.contains(page)) {
                var change = page.mailbox().poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                if (change == STOP) {
                    break;
                }
                page.emitter().send(change == null ? SseEmitter.event().comment("still here")
                        : SseEmitter.event().id(Long.toString(change.index())).name("changed").data("{}"));
            }
            page.emitter().complete();
        } catch (IOException | IllegalStateException gone) {
            leave(page);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            page.emitter().complete();
        }
    }

    /** A full mailbox already holds a hint to look, so one more would tell nothing new. */
    private void tell(Change change) {
        for (var page : pages) {
            if (page.workspace().equals(change.workspace())) {
                page.mailbox().offer(change);
            }
        }
    }

    private void leave(Page page) {
        if (pages.remove(page)) {
            page.mailbox().clear();
            page.mailbox().offer(STOP);
        }
    }

    @Override
    public void start() {
        subscription = changes.subscribe(this::tell);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            subscription.close();
        } catch (Exception closing) {
            throw new IllegalStateException("The change feed could not be left", closing);
        }
        pages.forEach(this::leave);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server's own graceful stop, which would otherwise wait for the open streams. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    @PreDestroy
    void end() {
        threads.shutdownNow();
    }
}
