package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.countersign.command.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** People decide in a real browser, against the whole service. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"countersign.demo=true", "countersign.data-dir=target/test-data/console", "countersign.rate-limit-per-minute=0"})
@Import(LostParcels.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DirtiesContext
class ConsoleBrowserTests {

    private static final Path FOLDER = Path.of("target/test-data/console");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TestDatabase DATABASE;
    private static final List<String> PAGES = List.of("/admin/inbox", "/admin/actions", "/admin/outbox", "/admin/undo", "/admin/audit", "/admin/insights", "/admin/agents",
            "/admin/people", "/admin/approval", "/admin/approval/queue?status=all", "/admin/backtests", "/admin/policies/tester", "/admin/datasources",
            "/admin/switches", "/admin/switches/confirm?scope=everything", "/admin/budgets", "/admin/exec-policy", "/admin/catalogue",
            "/admin/catalogue/entry?name=tell_team", "/admin/vault", "/admin/connectors", "/admin/workers", "/admin/health", "/admin/account", "/admin/nowhere");

    static {
        try {
            FileSystemUtils.deleteRecursively(FOLDER);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        DATABASE = TestDatabase.create();
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> strays = new CopyOnWriteArrayList<>();
    private @Nullable Playwright playwright;
    private Browser browser;
    private JsonNode firstRun;
    private String signedIn;
    private BrowserContext context;
    private Page page;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        DATABASE.properties().forEach((name, value) -> registry.add(name, () -> value));
    }

    @BeforeAll
    void openBrowser() throws IOException {
        var executable = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").map(Path::of)
                .filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(executable.isPresent(), "These tests need Chromium: apt-get install chromium");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(executable.get()).setArgs(List.of(
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync")));
        firstRun = JSON.readTree(Files.readString(FOLDER.resolve("first-run.json")));
        try (var door = browser.newContext()) {
            var page = door.newPage();
            signIn(page, firstRun.at("/owner/email").asString(), firstRun.at("/owner/password").asString());
            signedIn = door.storageState();
        }
    }

    @AfterAll
    void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void openPage() {
        open(true, 1280, 800, ColorScheme.LIGHT);
    }

    @AfterEach
    void closePage() {
        context.close();
    }

    @Nested
    class Given_a_signed_in_owner {

        /** Pages are drawn in both sizes and themes, and inspected in turns: every other one wide and light, the rest narrow and dark. {@code -Pfull} does all. */
        @Test
        void every_page_is_accessible_whole_and_keeps_to_itself() {
            mail("Overdue invoice", "<p>Please pay</p><a href='https://pay.example.net'>pay.example.com</a>");
            var decided = mail("Already answered", "<p>Hello</p>");
            asOwner("POST", "/api/v1/catalogue/import", Map.of("actions", List.of(Map.of("name", "tell_team", "description", "Tell the team",
                    "action_type", "http_post", "config", Map.of("url", "https://hooks.example.com/team", "auth_vault_key", "HOOK_TOKEN"),
                    "params", List.of(Map.of("name", "text", "required", true))))));
            asOwner("PUT", "/api/v1/vault/HOOK_TOKEN", Map.of("value", "browser-secret"));
            asOwner("PUT", "/api/v1/vault/HOOK_TOKEN/binding", Map.of("host", "hooks.example.com", "header", "X-Key: {value}"));
            ticket("Flaky checkout test");
            var shown = oneOfEachKind();
            open(true, 1280, 800, ColorScheme.LIGHT);
            decide(decided, "approve");
            var paths = Stream.of(PAGES.stream(), shown.stream().map("/admin/actions/"::concat), Stream.of("/admin/actions/" + decided,
                    "/admin/erase?action=" + decided, "/admin/policies", "/admin/policies/new", "/admin/policies/builtin:FinancialSafetyPolicy"))
                    .flatMap(part -> part).toList();

            var full = Boolean.getBoolean("countersign.full");
            for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                for (var width : List.of(1280, 390)) {
                    if (width == 1280 != (theme == ColorScheme.LIGHT) && !full) {
                        continue;
                    }
                    open(true, width, width == 390 ? 844 : 800, theme);
                    var turn = width == 1280 ? 0 : 1;
                    for (var path : paths) {
                        page.navigate(base() + path);
                        if (full || paths.indexOf(path) % 2 == turn) {
                            assertThat(faults()).as("%s at %d, %s", path, width, theme).isEmpty();
                        }
                        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("%s fits %d", path, width)
                                .isEqualTo(true);
                        assertThat(page.evaluate("window.breaches ?? []")).as("policy of %s", path).isEqualTo(List.of());
                    }
                }
            }
            assertThat(strays).isEmpty();
        }

        @Test
        void what_an_action_would_do_is_shown_as_what_it_is() {
            var shown = oneOfEachKind();
            open(false, 1280, 800, ColorScheme.LIGHT);
            var says = List.of(List.of("PATCH", "https://crm.example.com/v2/contacts/42", "not shown", "let in by the secret CRM_TOKEN of the vault"),
                    List.of("#incidents", "imitates plain letters"), List.of("12,500.00 EUR", "DE89 3704", "none is set"),
                    List.of("notes.txt", "added", "first line", "second line"), List.of("git", "a file", "--oneline"));

            for (var i = 0; i < shown.size(); i++) {
                page.navigate(base() + "/admin/actions/" + shown.get(i));
                for (var words : says.get(i)) {
                    PlaywrightAssertions.assertThat(page.locator("section[aria-labelledby=s1], section[aria-labelledby=h-asked]")).containsText(words);
                }
            }
        }

        @Test
        void what_runs_by_itself_is_counted_down_and_cancelled_without_any_script() {
            entry("later_ticket", Map.of("description", "A ticket, later", "action_type", "jira:create", "tier", "delayed", "delay_seconds", 3_600));
            var id = request("later_ticket", Map.of("project", "OPS", "summary", "Not now", "description", "text"), "because");
            open(false, 390, 844, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/inbox?view=delayed&selected=" + id);
            PlaywrightAssertions.assertThat(page.locator(".decide [data-until]")).hasText(Pattern.compile("59 min \\d\\d|1 h 00"));
            PlaywrightAssertions.assertThat(page.locator(".facts")).containsText("Nobody");

            page.click("#cancel");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("It will not happen");
            assertThat(status(id)).isEqualTo("cancelled");
        }

        @Test
        void an_executor_is_paused_and_resumed_and_an_agent_is_limited_to_hosts() {
            entry("linear_issue", Map.of("description", "Open an issue", "action_type", "linear.create_issue", "tier", "staged"));
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/connectors");
            page.click("tr:has-text('linear.create_issue') a:has-text('Pause')");
            page.click("text=Stop now");
            PlaywrightAssertions.assertThat(page.locator("tr:has-text('linear.create_issue')")).containsText("Paused");
            page.click("tr:has-text('linear.create_issue') button:has-text('Resume')");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("released");

            page.navigate(base() + "/admin/agents");
            page.click("tbody a >> nth=0");
            page.click("summary:has-text('Limit it')");
            page.fill("#list-hosts", "api.example.com\n*.Example.org");
            page.click("text=Set the list");
            PlaywrightAssertions.assertThat(page.locator("#hosts li")).hasText(new String[] {"api.example.com", "*.example.org"});
            page.click("summary:has-text('Change the list')");
            page.click("text=Lift the limit");
            PlaywrightAssertions.assertThat(page.locator("#hosts")).containsText("no limit of its own");
        }

        @Test
        void the_answer_stays_on_screen_however_long_the_message_is() {
            var id = mail("Long", "<p>" + "word ".repeat(20_000) + "</p>");

            for (var height : List.of(800, 844)) {
                open(true, height == 844 ? 390 : 1280, height, ColorScheme.LIGHT);
                page.navigate(base() + "/admin/inbox?selected=" + id);

                assertThat(page.locator("#approve").boundingBox().y).isLessThan(height - 20);
                assertThat(page.locator("#deny > summary").boundingBox().y).isLessThan(height - 20);
            }
        }

        @Test
        void the_answer_stays_on_screen_while_something_is_stopped() {
            var id = mail("Below a banner", "<p>" + "word ".repeat(2_000) + "</p>");
            open(true, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/switches/confirm?scope=executor&subject=git");
            page.click("text=Stop now");
            try {
                for (var path : List.of("/admin/inbox?selected=" + id, "/admin/actions/" + id)) {
                    page.navigate(base() + path);

                    PlaywrightAssertions.assertThat(page.locator("#stopped")).isVisible();
                    var box = page.locator("#approve").boundingBox();
                    assertThat(box.y + box.height).as(path).isLessThanOrEqualTo(800);
                    assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight")).as("%s has no second scroll bar", path).isEqualTo(true);
                }
            } finally {
                page.navigate(base() + "/admin/connectors");
                page.click("tr:has-text('git_commit') button:has-text('Resume')");
            }
        }

        @Test
        void a_name_without_a_space_breaks_no_page() {
            var name = "x".repeat(100);
            page.navigate(base() + "/admin/agents");
            page.fill("#n-name", name);
            page.click("text=Create and show key");
            var key = page.textContent("#fresh-key");
            page.navigate(base() + "/admin/agents");
            var own = page.getAttribute("tbody a:has-text('" + name + "')", "href");
            assertThat(asksWith(key)).isEqualTo(201);

            for (var width : List.of(1280, 390)) {
                open(true, width, width == 390 ? 844 : 800, ColorScheme.LIGHT);
                for (var path : List.of("/admin/agents", own, "/admin/switches", "/admin/audit", "/admin/actions", "/admin/approval/queue?status=all",
                        "/admin/erase?principal=" + own.substring(own.lastIndexOf('/') + 1))) {
                    page.navigate(base() + path);
                    assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("%s fits %d", path, width).isEqualTo(true);
                }
            }
        }

        @Test
        void the_first_of_two_approvals_is_recorded_and_says_so() {
            assertThat(asOwner("/api/v1/policies", Map.of("name", "two-for-bridges", "rules", List.of(Map.of("id", "two", "condition",
                    Map.of("type", "expression", "cel", "action.name == 'jira:create' && params.project == 'BRIDGE'"), "effect", "require_approval",
                    "profile", Map.of("min_approvals", 2))))).statusCode()).isEqualTo(201);
            var id = request("jira:create", Map.of("project", "BRIDGE", "summary", "Paint it", "description", "text"), "because");
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/actions/" + id);
            page.click("#approve");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Your approval is recorded, 1 of 2.");
            PlaywrightAssertions.assertThat(page.locator("#notice a")).hasCount(0);
            assertThat(status(id)).isEqualTo("pending");
        }

        @Test
        void whoever_decides_on_the_page_of_an_action_is_not_led_to_it() {
            var id = ticket("Denied on its own page");
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/actions/" + id);
            page.click("#deny > summary");
            page.click("text=Deny this action");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Denied: ");
            PlaywrightAssertions.assertThat(page.locator("#notice a")).hasCount(0);
        }

        @Test
        void work_for_outside_waits_for_a_worker_until_one_has_it() {
            entry("water_plants", Map.of("description", "Done by a worker", "tier", "immediate",
                    "params", List.of(Map.of("name", "room", "required", true))));
            var id = request("water_plants", Map.of("room", "2.17"), "because");
            page.navigate(base() + "/admin/actions/" + id);
            PlaywrightAssertions.assertThat(page.locator(".page__head")).containsText("Waiting for a worker");

            page.navigate(base() + "/admin/agents");
            page.fill("#n-name", "gardener");
            page.click("text=Create and show key");
            page.click("text=Issue one for a worker");
            PlaywrightAssertions.assertThat(page.locator("tbody")).containsText("for work only");
            assertThat(post("/api/v1/work/claim", page.textContent("#fresh-key"), Map.of("action", "water_plants")).statusCode()).isEqualTo(200);

            page.navigate(base() + "/admin/actions/" + id);
            PlaywrightAssertions.assertThat(page.locator(".page__head")).containsText("With worker");
        }

        @Test
        void a_compensation_plan_is_opened_run_and_spoken_of() {
            var since = Instant.now();
            var undone = ticket("To be made good");
            var sent = mail("Cannot be made good", "<p>Hello</p>");
            for (var id : List.of(undone, sent)) {
                decide(id, "approve");
                becomes(id, "executed");
            }
            assertThat(asOwner("/v1/compensations/preview", Map.of("rollback_from", Instant.now().plusSeconds(1).toString(),
                    "rollback_to", since.toString())).statusCode()).isEqualTo(201);
            open(true, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/undo");
            page.click("section[aria-labelledby=h-plans] tbody a >> nth=0");
            assertThat(faults()).isEmpty();
            PlaywrightAssertions.assertThat(page.locator("tr:has(a[href='/admin/actions/" + sent + "'])")).containsText("by hand");
            page.click("button:has-text('Undo 1 action')");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("1 undone.");
            PlaywrightAssertions.assertThat(page.locator("tr:has(a[href='/admin/actions/" + undone + "'])")).containsText("Completed");
            assertThat(status(undone)).isEqualTo("rolled_back");
            page.click("tr:has(a[href='/admin/actions/" + sent + "']) summary");
            page.selectOption("tr:has(a[href='/admin/actions/" + sent + "']) select", "skipped");
            page.fill("tr:has(a[href='/admin/actions/" + sent + "']) input[name=detail]", "Ann laughed about it");
            page.click("tr:has(a[href='/admin/actions/" + sent + "']) button");

            PlaywrightAssertions.assertThat(page.locator("tbody")).containsText("Ann laughed about it");
            PlaywrightAssertions.assertThat(page.locator(".page__head .status")).hasText("Completed");
        }

        @Test
        void an_agent_is_erased_in_words_for_agents() {
            page.navigate(base() + "/admin/agents");
            page.fill("#n-name", "short-lived");
            page.click("text=Create and show key");
            page.click("text=Erase this agent");

            PlaywrightAssertions.assertThat(page.locator("main")).containsText("all its keys stop working at once");
            PlaywrightAssertions.assertThat(page.locator("main")).not().containsText("password");
            PlaywrightAssertions.assertThat(page.locator(".nav a[aria-current]")).hasText("Agents");
            page.fill("#reason", "request 18");
            page.click("text=Erase for good");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Erased");
        }

        @Test
        void a_mail_is_approved_without_any_script_and_appears_in_the_outbox() {
            var id = mail("Without script", "<p>Hello</p>");
            open(false, 1280, 800, ColorScheme.LIGHT);

            page.navigate(base() + "/admin/inbox?selected=" + id);
            page.click("#approve");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Approved: Send e-mail");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                page.navigate(base() + "/admin/outbox?show=captured");
                assertThat(page.locator(".piece a[href='/admin/actions/" + id + "']").count()).isEqualTo(1);
            });
        }

        @Test
        void a_mail_is_denied_with_a_reason_from_the_keyboard() {
            var id = mail("By keys", "<p>Hello</p>");
            page.navigate(base() + "/admin/inbox?selected=" + id);

            page.keyboard().press("d");
            page.keyboard().type("Wrong person, ask again");
            page.click("text=Deny this action");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Denied: Send e-mail");
            page.navigate(base() + "/admin/actions/" + id);
            PlaywrightAssertions.assertThat(page.locator("aside")).containsText("Wrong person, ask again");
        }

        @Test
        void the_content_of_an_ended_action_is_erased_after_a_look_at_what_that_takes() {
            var id = mail("Forget me please", "<p>Hello</p>");
            assertThat(asOwner("/api/v1/actions/" + id + "/deny", Map.of("reason", "no")).statusCode()).isEqualTo(200);
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/actions/" + id);
            page.click("text=Erase its content");
            page.fill("#reason", "request 17");
            page.click("text=Erase for good");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("is erased");
            assertThat(page.content()).doesNotContain("Forget me please").doesNotContain("\"erased\"").doesNotContain("Show the payload")
                    .doesNotContain("Show the agent");
            PlaywrightAssertions.assertThat(page.locator("section[aria-labelledby=h-asked]")).containsText("Content erased");
            PlaywrightAssertions.assertThat(page.locator("section[aria-labelledby=h-bytes] .hash")).hasText(Pattern.compile("([0-9a-f]{4} ?){16}"));
            page.navigate(base() + "/admin/audit?target=" + id);
            PlaywrightAssertions.assertThat(page.locator("#audit")).containsText("erased what was written about it");
            PlaywrightAssertions.assertThat(page.locator("#audit")).containsText("reason request 17");
            page.navigate(base() + "/admin/audit?since=banana&event=action.content_erased&target=" + id);
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("The field since must be a day such as 2026-01-31, and is \"banana\"");
            PlaywrightAssertions.assertThat(page.locator("#audit tbody tr")).hasCount(1);
            page.click("summary:has-text('Keep this search')");
            page.fill("#a-name", "what became of it");
            page.click("button:has-text('Keep')");
            PlaywrightAssertions.assertThat(page.locator("a:has-text('what became of it')")).isVisible();
        }

        @Test
        void one_key_alone_never_approves() {
            var id = mail("Twice", "<p>Hello</p>");
            page.navigate(base() + "/admin/inbox?selected=" + id);

            page.keyboard().press("a");
            PlaywrightAssertions.assertThat(page.locator("#approve")).isFocused();
            assertThat(status(id)).isEqualTo("pending");
            page.keyboard().press("a");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Approved");
            PlaywrightAssertions.assertThat(page.locator("#r-title, .calm")).isVisible();
        }

        @Test
        void keys_do_nothing_while_somebody_types() {
            var id = mail("Typing", "<p>Hello</p>");
            page.navigate(base() + "/admin/inbox?selected=" + id);

            page.keyboard().press("/");
            page.keyboard().type("aadx?");

            assertThat(page.inputValue(".search input")).isEqualTo("aadx?");
            assertThat(status(id)).isEqualTo("pending");
        }

        @Test
        void an_open_page_learns_of_a_new_action_and_loses_nothing_typed() {
            var id = mail("Read me", "<p>Hello</p>");
            page.navigate(base() + "/admin/inbox?selected=" + id);
            PlaywrightAssertions.assertThat(page.locator("#live")).hasText("Live");
            page.click("#deny > summary");
            page.fill("#reason", "half a sen");

            var late = ticket("Came later");

            PlaywrightAssertions.assertThat(page.locator(".item[data-id='" + late + "']")).isVisible();
            assertThat(page.inputValue("#reason")).isEqualTo("half a sen");
            PlaywrightAssertions.assertThat(page).hasTitle(Pattern.compile("^\\(\\d+\\) Inbox.*"));
        }

        @Test
        void whoever_comes_second_is_told_who_was_faster() {
            var id = mail("Race", "<p>Hello</p>");
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/inbox?selected=" + id);
            try (var other = browser.newContext(new Browser.NewContextOptions().setStorageState(signedIn))) {
                var faster = other.newPage();
                faster.navigate(base() + "/admin/inbox?selected=" + id);
                faster.click("#deny > summary");
                faster.click("text=Deny this action");
                faster.waitForSelector("#notice");
            }

            page.click("#approve");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Somebody was faster: decided by");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("denied");
        }

        @Test
        void several_are_denied_together_with_one_reason() {
            var one = ticket("First of two");
            var two = ticket("Second of two");
            page.navigate(base() + "/admin/inbox?type=jira:create");
            page.check("#pick-" + one);
            page.check("#pick-" + two);
            page.fill(".bulk input[name=reason]", "Not this week");

            page.click(".bulk button[value=deny]");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Denied 2 actions.");
            assertThat(List.of(status(one), status(two))).containsOnly("denied");
        }

        @Test
        void several_are_approved_together_and_what_was_not_is_reported() {
            var fine = ticket("Approved with others");
            var risky = mail("Too risky to approve with others", "<p>Hello</p>");
            var taken = ticket("Answered by somebody else");
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/inbox");
            assertThat(page.isDisabled("#pick-" + risky)).isTrue();
            assertThat(page.getAttribute("#pick-" + risky, "title")).startsWith("High risk: it is approved on its own");
            page.evalOnSelector("#pick-" + risky, "box => { box.disabled = false; }"); // whoever sends it all the same is told why not
            Stream.of(fine, risky, taken).forEach(id -> page.check("#pick-" + id));
            assertThat(asOwner("/api/v1/actions/" + taken + "/deny", Map.of("reason", "no")).statusCode()).isEqualTo(200);

            page.click(".bulk button[value=approve]");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Approved 1 action. 2 not:");
            PlaywrightAssertions.assertThat(page.locator("#notice li:has-text('approved on its own')")).hasCount(1);
            PlaywrightAssertions.assertThat(page.locator("#notice li:has-text('denied')")).hasCount(1);
            assertThat(List.of(status(risky), status(taken))).containsExactly("pending", "denied");
            becomes(fine, "executed");
        }

        @Test
        void several_of_high_risk_are_denied_together_among_themselves() {
            var ids = List.of(mail("First of a flood", "<p>Hello</p>"), mail("Second of a flood", "<p>Hello</p>"));
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/inbox?view=high");
            ids.forEach(id -> page.check("#pick-" + id));
            assertThat(page.locator(".bulk button[value=approve]").count()).isZero();

            page.click(".bulk button[value=deny]");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Denied 2 actions.");
            assertThat(page.url()).endsWith("view=high");
            assertThat(ids.stream().map(id -> status(id)).toList()).containsOnly("denied");
        }

        @Test
        void an_action_that_is_no_longer_wanted_is_withdrawn() {
            var id = ticket("Not wanted any more");
            page.navigate(base() + "/admin/actions/" + id);

            page.click("summary:has-text('It is no longer wanted')");
            page.fill("#c-reason", "Done by hand");
            page.click("text=Withdraw this action");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Withdrawn. It will not happen.");
            PlaywrightAssertions.assertThat(page.locator(".lanes")).containsText("Done by hand");
            assertThat(status(id)).isEqualTo("cancelled");
        }

        @Test
        void an_executed_action_is_undone_from_its_page() {
            var id = ticket("Opened by mistake");
            decide(id, "approve");
            becomes(id, "executed");
            page.navigate(base() + "/admin/actions/" + id);

            page.click("summary:has-text('Undo this action')");
            page.fill("#u-reason", "Duplicate");
            page.click("text=Undo it now");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Undoing it now.");
            becomes(id, "rolled_back");
            page.navigate(base() + "/admin/actions/" + id);
            PlaywrightAssertions.assertThat(page.locator("aside")).containsText("Undone by Owner");
        }

        @Test
        void an_unknown_outcome_is_resolved_by_a_person_who_found_out() {
            var id = request("parcel:send", Map.of("to", "Ann"), "because");
            decide(id, "approve");
            becomes(id, "outcome_unknown");
            page.navigate(base() + "/admin/actions?status=unknown");
            page.click("a[href='/admin/actions/" + id + "']");

            PlaywrightAssertions.assertThat(page.locator("#h-odd")).hasText("Nobody knows whether it happened");
            assertThat(page.locator("input[value=retry]").count()).as("a repeat could be a second parcel").isZero();
            page.check("input[value=executed]");
            page.fill("#x-comment", "Ann has it");
            page.click("text=Record it");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("Recorded what you found out.");
            PlaywrightAssertions.assertThat(page.locator(".lanes")).containsText("Ann has it");
            assertThat(status(id)).isEqualTo("executed");
        }

        @Test
        void what_is_known_of_an_action_finds_it() {
            var id = request("jira:create", Map.of("project", "OPS", "summary", "Needle in the hay", "description", "text"), "because");
            for (var known : List.of("needle in", id.substring(0, 8) + "..." + id.substring(id.length() - 4))) {
                page.navigate(base() + "/admin/actions");
                page.fill("#f-q", known);
                page.click(".filters button");
                PlaywrightAssertions.assertThat(page.locator("#actions a[href='/admin/actions/" + id + "']")).isVisible();
                PlaywrightAssertions.assertThat(page.locator("main .note")).containsText("Searched the newest");
            }
            page.fill(".search input", id);
            page.keyboard().press("Enter");
            page.waitForURL("**/admin/actions/" + id);
        }

        @Test
        void what_would_run_or_hide_in_a_message_is_shown_and_does_neither() {
            var id = request("jira:create", Map.of("project", "OPS", "summary", "Pay \u202Egpj.exe now", "description",
                    "<script>document.title='owned'</script> zero\u200Bwidth"), "APPROVED BY SECURITY \u2067");
            page.navigate(base() + "/admin/inbox?selected=" + id);

            assertThat(page.locator(".ticket .cp").allTextContents()).contains("U+202E", "U+200B");
            assertThat(page.locator(".ticket").textContent()).contains("<script>");
            assertThat(page.title()).doesNotContain("owned");
            assertThat(page.locator("details:has(blockquote)").getAttribute("open")).isNull();
        }

        @Test
        void the_message_itself_runs_nothing_and_loads_nothing() {
            var id = mail("Hostile", "<script>parent.document.title='owned'</script><img src='https://tracker.example.net/x.gif'>"
                    + "<form action='https://steal.example.net'><input name=p></form><p>text</p>");
            page.navigate(base() + "/admin/inbox?selected=" + id);

            assertThat(page.frameLocator(".mail__frame").locator("p").textContent()).isEqualTo("text");
            assertThat(page.title()).doesNotContain("owned");
            assertThat(page.locator(".mail__links").textContent()).contains("steal.example.net");
            assertThat(strays).isEmpty();
        }

        @Test
        void a_policy_is_written_watches_decides_and_goes_without_javascript() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/policies/new");
            page.fill("#p-text", "name: no-ostriches\nrules:\n  - condition:\n      type: pattern\n      regex: \"(\"\n    effect: block\n");
            page.click("text=Put in force");
            assertThat(page.textContent("#faults")).contains("Line 5").contains("rules[0].condition.regex");

            page.fill("#p-text", "name: no-ostriches\nmode: shadow\nrules:\n  - condition:\n      type: pattern\n      regex: ostrich\n"
                    + "    effect: require_approval\n    reason: Birds need a person\n");
            page.click("text=Put in force");
            assertThat(page.textContent("#notice")).contains("watches from now on");
            assertThat(page.textContent("main")).contains("Only watches").contains("some text in it matches ostrich");

            page.click("text=Let it decide");
            page.click("button:has-text('Let it decide')");
            assertThat(page.textContent("#notice")).contains("decides from now on");
            assertThat(page.textContent(".diff")).contains("mode: shadow").contains("mode: enforce");

            var id = ticket("Feed the ostrich");
            page.navigate(base() + "/admin/actions/" + id);
            assertThat(page.textContent("main")).contains("no-ostriches").contains("Birds need a person").contains("It would have passed");
            page.navigate(base() + "/admin/policies");
            assertThat(page.textContent("tr:has-text('no-ostriches')")).contains("1");
            page.click("a:has-text('no-ostriches')");
            page.click("summary:has-text('Retire')");
            page.click("button:has-text('Retire it')");
            assertThat(page.textContent("#notice")).contains("out of force");
        }

        @Test
        void one_plain_rule_needs_no_text() {
            page.navigate(base() + "/admin/policies/new");
            page.fill("#r-name", "Zebra Rule");
            page.selectOption("#r-kind", "PATTERN");
            page.fill("#r-value", "zebra-crossing");
            page.selectOption("#r-effect", "block");
            page.selectOption("#r-severity", "low");
            page.fill("#r-reason", "Stripes");
            page.click("text=Define this rule");
            assertThat(page.textContent("#faults")).contains("name");
            assertThat(page.inputValue("#p-text")).contains("zebra-crossing").contains("mode: shadow");
            assertThat(List.of(page.inputValue("#r-name"), page.inputValue("#r-kind"), page.inputValue("#r-value"), page.inputValue("#r-effect"),
                    page.inputValue("#r-severity"), page.inputValue("#r-reason"))).containsExactly("Zebra Rule", "PATTERN", "zebra-crossing", "block",
                    "low", "Stripes");
            assertThat(page.isChecked("#r-shadow")).isTrue();
            assertThat(page.textContent("#r-name-fault")).startsWith("Name has letters");
            assertThat(faults()).isEmpty();

            page.fill("#r-name", "zebra-rule");
            page.click("text=Define this rule");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("watches from now on");
            assertThat(faults()).isEmpty();
            page.click("text=Let it decide");
            page.waitForURL("**/enforce");
            assertThat(faults()).isEmpty();
        }

        @Test
        void a_flat_rule_is_added_changed_and_switched_off_without_javascript() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/approval");
            page.fill("#n-name", "Hands off wages");
            page.selectOption("#n-kind", "COST");
            page.click("text=Add the rule");
            assertThat(page.textContent("#faults")).contains("needs a number of rows");
            assertThat(List.of(page.inputValue("#n-name"), page.inputValue("#n-kind"))).containsExactly("Hands off wages", "COST");

            page.selectOption("#n-kind", "TABLE");
            page.click("text=Add the rule");
            assertThat(page.textContent("#faults")).contains("Its name has 1 to 200 characters.");
            page.fill("#n-pattern", "hr.wages");
            page.click("text=Add the rule");
            assertThat(page.textContent("#notice")).contains("asks for approval from now on");
            var row = page.locator("tr:has-text('Hands off wages')");
            assertThat(row.textContent()).contains("hr.wages").contains("hands-off-wages-").contains("Asks");

            row.locator("summary").click();
            row.locator("input[name=name]").fill("Hands off salaries");
            row.locator("input[name=pattern]").fill(" ");
            row.locator("button:has-text('Save')").click();
            assertThat(page.textContent("#faults")).contains("Table has 1 to 200 characters.");
            assertThat(row.locator("input[name=name]").inputValue()).isEqualTo("Hands off salaries");
            assertThat(row.locator("input[name=pattern]").getAttribute("aria-describedby")).endsWith("-pattern-fault");
            row.locator("input[name=name]").fill("Hands off wages");
            row.locator("input[name=pattern]").fill("hr.salaries");
            row.locator("button:has-text('Save')").click();
            assertThat(page.textContent("#notice")).contains("is changed");
            row.locator("summary").click();
            row.locator("button:has-text('Switch off')").click();
            assertThat(row.textContent()).contains("hr.salaries").contains("Switched off");
            row.locator("summary").click();
            row.locator("button:has-text('Remove')").click();
            assertThat(page.textContent("#notice")).contains("out of force");
        }

        @Test
        void the_queue_is_filtered_by_its_address_and_decided_where_it_stands() {
            var fine = ticket("Decided in the queue");
            var wrong = ticket("Denied in the queue");
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/approval/queue");
            page.click("[data-id='" + fine + "'] summary:has-text('Look and decide')");
            page.fill("#c-" + fine, "As agreed");
            page.click("[data-id='" + fine + "'] button[value=approve]");
            assertThat(page.textContent("#notice")).contains("Approved:");
            page.click("[data-id='" + wrong + "'] summary:has-text('Look and decide')");
            page.fill("#d-" + wrong, "Not this one");
            page.click("[data-id='" + wrong + "'] button[value=deny]");

            assertThat(page.url()).endsWith("/admin/approval/queue?status=pending");
            assertThat(page.locator("[data-id='" + wrong + "']").count()).isZero();
            page.click("nav[aria-label=Status] a:has-text('Denied')");
            assertThat(page.textContent("[data-id='" + wrong + "']")).contains("Not this one").doesNotContain("Look and decide");
            becomes(fine, "executed");
            assertThat(page.navigate(base() + "/admin/approval/queue?status=lost").status()).isEqualTo(400);
        }

        @Test
        void a_draft_is_read_along_and_tried_over_the_past() {
            var id = ticket("Paint the lighthouse");
            decide(id, "approve");
            page.navigate(base() + "/admin/policies/new");
            page.fill("#p-text", "name: no-lighthouses\nrules:\n  - condition:\n      type: pattern\n      regex: \"(\"\n    effect: block\n");
            PlaywrightAssertions.assertThat(page.locator("#faults")).containsText("Line 5");
            page.fill("#p-text", "name: no-lighthouses\nrules:\n  - condition:\n      type: pattern\n      regex: lighthouse\n    effect: block\n");
            PlaywrightAssertions.assertThat(page.locator("#checked")).containsText("some text in it matches lighthouse");
            PlaywrightAssertions.assertThat(page.locator("#caught a[href='/admin/actions/" + id + "']")).isVisible();
            assertThat(faults()).isEmpty();

            page.click("text=Backtest, 30 days");
            PlaywrightAssertions.assertThat(page.locator("#h-flow")).isVisible();
            PlaywrightAssertions.assertThat(page.locator("tr:has(a[href='/admin/actions/" + id + "'])")).containsText("approved");
            assertThat(page.getAttribute("svg.flow", "aria-label")).contains("blocked");
            assertThat(faults()).isEmpty();
            page.click("text=Open as a draft");
            assertThat(page.inputValue("#p-text")).contains("lighthouse");
            open(false, 390, 844, ColorScheme.DARK);
            page.navigate(base() + "/admin/backtests");
            page.click("a:has-text('no-lighthouses')");
            page.click("nav a:has-text('Against a person')");
            assertThat(page.textContent("#main")).contains("Paint the lighthouse");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
        }

        @Test
        void a_sample_is_tried_and_leaves_no_trace() {
            var id = ticket("Count the pelicans");
            page.navigate(base() + "/admin/policies/tester?like=" + id);
            assertThat(page.inputValue("#t-action")).isEqualTo("jira:create");
            assertThat(page.inputValue("#t-params")).contains("pelicans");
            page.click("summary:has-text('The draft')");
            page.fill("#t-text", "name: no-pelicans\nrules:\n  - condition:\n      type: pattern\n      regex: pelicans\n    effect: block\n");
            page.check("input[value=draft]");
            page.click("button:has-text('Try it')");

            PlaywrightAssertions.assertThat(page.locator("#answer")).containsText("Blocked");
            PlaywrightAssertions.assertThat(page.locator("#answer")).containsText("It would have passed: no text that matches pelicans");
            PlaywrightAssertions.assertThat(page.locator("#answer .checks")).containsText("mode");
            assertThat(faults()).isEmpty();
            page.fill("#t-text", "name: pelicans\nrules:\n  - id: all\n    condition:\n      type: action\n      glob: jira:create\n    effect: approve\n"
                    + "    expires_at: " + Instant.now().plus(Duration.ofDays(2)) + "\n");
            page.click("button:has-text('Try it')");
            PlaywrightAssertions.assertThat(page.locator("#stands-in")).containsText("pelicans/all");
            assertThat(faults()).isEmpty();
            page.fill("#t-params", "{\"summary\": 7}");
            page.click("button:has-text('Try it')");
            PlaywrightAssertions.assertThat(page.locator("#answer")).containsText("It would not even be taken.");
            page.navigate(base() + "/admin/actions?q=pelicans");
            assertThat(page.locator("#actions tbody tr").count()).isEqualTo(1);
        }

        @Test
        void an_approved_action_offers_the_rule_that_lets_the_same_pass_again() {
            var id = water("Water the ficus");
            decide(id, "approve");
            becomes(id, "executed");
            page.navigate(base() + "/admin/actions/" + id);
            page.click("text=Always approve like this");

            assertThat(page.inputValue("#p-text")).contains("action.name == \"jira:create\"").contains("params.project == \"PLANTS\"")
                    .contains("effect: approve").contains("expires_at").contains("params.all(name, name in [");
            assertThat(page.textContent("main")).containsPattern("Left free: (summary, description|description, summary)");
            assertThat(faults()).isEmpty();
            page.click("text=Put in force");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("decides from now on");

            var again = water("Water the fern");
            becomes(again, "executed");
            page.navigate(base() + "/admin/actions/" + again);
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("Stood in");
            PlaywrightAssertions.assertThat(page.locator("main")).containsText("written by Owner");
            assertThat(faults()).isEmpty();
            assertThat(page.navigate(base() + "/admin/policies/new?like=" + ticket("Not decided")).status()).isEqualTo(404);
        }

        private String water(String summary) {
            return request("jira:create", Map.of("project", "PLANTS", "summary", summary, "description", "text"), "because");
        }

        @Test
        void the_key_of_a_new_agent_is_shown_once_and_works() {
            page.navigate(base() + "/admin/agents");
            page.fill("#n-name", "billing-assistant");
            page.click("text=Create and show key");
            var key = page.textContent("#fresh-key");

            assertThat(asksWith(key)).isEqualTo(201);
            page.navigate(base() + "/admin/agents");
            page.click("tbody a:has-text('billing-assistant')");
            assertThat(page.content()).doesNotContain(key);

            page.click("button:has-text('Revoke')");
            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("is revoked");
            assertThat(asksWith(key)).isEqualTo(401);
        }

        @Test
        void a_second_key_works_beside_the_first_until_that_is_revoked() {
            page.navigate(base() + "/admin/agents");
            page.fill("#n-name", "rotating-assistant");
            page.click("text=Create and show key");
            var first = page.textContent("#fresh-key");
            page.click("button:has-text('Issue another')");
            PlaywrightAssertions.assertThat(page.locator("#fresh-key")).not().hasText(first);
            var second = page.textContent("#fresh-key");
            assertThat(List.of(asksWith(first), asksWith(second))).containsOnly(201);

            page.navigate(base() + "/admin/agents");
            page.click("tbody a:has-text('rotating-assistant')");
            page.click("tr:has-text('" + first.split("_")[1] + "') button:has-text('Revoke')");

            PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("is revoked");
            assertThat(List.of(asksWith(first), asksWith(second))).containsExactly(401, 201);
        }

        @Test
        void whoever_changes_their_password_signs_in_anew_with_it() {
            page.navigate(base() + "/admin/people");
            page.fill("#n-name", "Paula Password");
            page.fill("#n-email", "paula@example.com");
            page.click("text=Add and show password");
            var given = page.textContent("#fresh-password");

            try (var other = browser.newContext()) {
                var paula = other.newPage();
                signIn(paula, "paula@example.com", given);
                paula.navigate(base() + "/admin/account");
                changePassword(paula, "not the given one", "four words are enough");
                PlaywrightAssertions.assertThat(paula.locator("#notice")).containsText("the current password is not right");
                changePassword(paula, given, "four words are enough");

                PlaywrightAssertions.assertThat(paula.locator(".gate")).containsText("Your password is changed. Sign in with the new one.");
                paula.navigate(base() + "/admin/inbox");
                assertThat(paula.url()).endsWith("/login");
                signIn(paula, "paula@example.com", "four words are enough");
            }
        }

        private static void changePassword(Page page, String current, String wanted) {
            page.fill("#p-old", current);
            page.fill("#p-new", wanted);
            page.click("text=Change it");
        }

        @Test
        void a_new_person_can_sign_in_and_sees_no_page_for_admins() {
            page.navigate(base() + "/admin/people");
            page.fill("#n-name", "Vera Viewer");
            page.fill("#n-email", "vera@example.com");
            page.selectOption("#n-role", "VIEWER");
            page.click("text=Add and show password");
            var password = page.textContent("#fresh-password");

            try (var other = browser.newContext()) {
                var vera = other.newPage();
                signIn(vera, "vera@example.com", password);
                assertThat(vera.locator("nav a[href='/admin/people']").count()).isZero();
                assertThat(vera.locator("#approve").count()).isZero();
                assertThat(vera.navigate(base() + "/admin/people").status()).isEqualTo(403);
                assertThat(vera.textContent("h1")).isEqualTo("That is not yours to do");
            }
        }

        @Test
        void a_view_is_rebuilt_and_reported_identical() {
            page.navigate(base() + "/admin/health");
            page.click("tr:has-text('audit') >> text=Rebuild");

            PlaywrightAssertions.assertThat(page.locator(".progress")).containsText("found identical",
                    new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
        }

        @Test
        void a_refused_entry_keeps_its_json() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            var unknown = "{\n  \"description\": \"</textarea><b>\",\n  \"action_type\": \"no_such_type\"\n}";
            var broken = "{\n  \"description\": \"Kept\",\n  \"action_type\": jira\n}";
            var sound = "{\n  \"description\": \"Kept\",\n  \"action_type\": \"jira:create\",\n  \"tier\": \"staged\"\n}";
            page.navigate(base() + "/admin/catalogue/entry");
            page.fill("#e-name", "kept_entry");
            page.fill("#e-text", unknown);
            assertThat(refused("Put in force")).contains("action_type is unknown.");
            assertThat(List.of(page.inputValue("#e-name"), page.inputValue("#e-text"))).containsExactly("kept_entry", unknown);

            page.fill("#e-text", broken);
            assertThat(refused("Put in force")).contains("not JSON from line 3 on");
            assertThat(page.inputValue("#e-text")).isEqualTo(broken);

            page.fill("#e-text", sound);
            page.click("text=Put in force");
            assertThat(page.textContent("#notice")).contains("kept_entry is in force");
            page.navigate(base() + "/admin/catalogue/entry?name=kept_entry");
            page.fill("#e-text", broken);
            assertThat(refused("Put in force")).contains("not JSON");
            assertThat(page.inputValue("#e-text")).isEqualTo(broken);
            assertThat(page.getAttribute("#e-name", "readonly")).isNotNull();

            page.navigate(base() + "/admin/catalogue/entry");
            page.fill("#e-name", "kept_entry");
            page.fill("#e-text", sound);
            assertThat(refused("Put in force")).contains("There is already an entry called kept_entry.");
            assertThat(page.getAttribute("#e-name", "readonly")).isNull();
        }

        @Test
        void a_refused_exec_policy_keeps_every_edit_and_names_the_field_as_it_is_labelled() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/exec-policy");
            var strict = page.isChecked("#e-strict");
            page.setChecked("#e-strict", !strict);
            page.fill("#e-allowed", "git\nkubectl");
            page.fill("#e-timeout", "77");
            page.fill("#e-patterns", "git push*\nre:(");

            assertThat(refused("Put in force")).contains("Entry 2 of Patterns is not a regular expression").doesNotContain("approval_required");
            assertThat(List.of(page.inputValue("#e-allowed"), page.inputValue("#e-timeout"), page.inputValue("#e-patterns")))
                    .containsExactly("git\nkubectl", "77", "git push*\nre:(");
            assertThat(page.isChecked("#e-strict")).isEqualTo(!strict);
            assertThat(page.getAttribute("#e-patterns", "aria-describedby")).isEqualTo("e-patterns-fault e-patterns-hint");
        }

        @Test
        void a_refused_data_source_keeps_all_but_its_password() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            page.navigate(base() + "/admin/datasources");
            page.fill("#n-name", "warehouse");
            page.fill("#n-url", "jdbc:postgresql://127.0.0.1:9/none");
            page.fill("#n-username", "agent_reader");
            page.fill("#n-password", "not-to-be-seen");
            page.fill("#n-group", "staging");

            assertThat(refused("Look at the role and add")).contains("The data source cannot be reached.");
            assertThat(List.of(page.inputValue("#n-name"), page.inputValue("#n-url"), page.inputValue("#n-username"), page.inputValue("#n-group"),
                    page.inputValue("#n-password"))).containsExactly("warehouse", "jdbc:postgresql://127.0.0.1:9/none", "agent_reader", "staging", "");
            assertThat(page.content()).doesNotContain("not-to-be-seen");
        }

        @Test
        void a_refused_budget_keeps_its_seven_fields() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            var fields = Map.of("currency", "EUR", "automatic", "10", "ceiling", "500.00", "day", "12,50", "month", "2000", "rolling", "900");
            page.navigate(base() + "/admin/budgets");
            fields.forEach((field, typed) -> page.fill("#n-" + field, typed));
            var agent = page.getAttribute("#n-agent option:nth-child(2)", "value");
            page.selectOption("#n-agent", agent);

            assertThat(refused("Set budget")).contains("On one day must be a number with at most 2 digits behind the point, such as 12.50.");
            fields.forEach((field, typed) -> assertThat(page.inputValue("#n-" + field)).isEqualTo(typed));
            assertThat(page.inputValue("#n-agent")).isEqualTo(agent);
            assertThat(page.getAttribute("#n-day", "aria-invalid")).isEqualTo("true");
        }

        @Test
        void a_refused_person_keeps_name_address_and_role() {
            open(false, 1280, 800, ColorScheme.LIGHT);
            var taken = firstRun.at("/owner/email").asString();
            page.navigate(base() + "/admin/people");
            page.fill("#n-name", "Second Owner");
            page.fill("#n-email", taken);
            page.selectOption("#n-role", "VIEWER");

            assertThat(refused("Add and show password")).contains("There is already a person with this e-mail address.");
            assertThat(List.of(page.inputValue("#n-name"), page.inputValue("#n-email"), page.inputValue("#n-role")))
                    .containsExactly("Second Owner", taken, "VIEWER");
            assertThat(page.getAttribute("#n-email", "aria-describedby")).isEqualTo("n-email-fault");
        }

        @Test
        void a_refused_agent_keeps_its_name_and_a_refused_list_of_hosts_every_line() {
            page.navigate(base() + "/admin/agents");
            var taken = page.textContent("main tbody .name").strip();
            page.fill("#n-name", taken);
            assertThat(refused("Create and show key")).contains("There is already an agent called");
            assertThat(page.inputValue("#n-name")).isEqualTo(taken);

            page.navigate(base() + "/admin/agents");
            page.click("main tbody a");
            page.click("#hosts summary");
            page.fill("#list-hosts", "api.example.com\nnot a host");
            assertThat(refused("Set the list")).contains("must be names of hosts");
            assertThat(page.inputValue("#list-hosts")).isEqualTo("api.example.com\nnot a host");
            PlaywrightAssertions.assertThat(page.locator("#list-hosts")).isVisible();
            assertThat(page.getAttribute("#list-hosts", "aria-describedby")).isEqualTo("list-hosts-fault hosts-hint");
        }

        @Test
        void an_approval_rule_asks_in_the_browser_for_what_it_needs() {
            page.navigate(base() + "/admin/approval");
            assertThat(required()).containsExactly(true, false);
            page.selectOption("#n-kind", "COST");
            assertThat(required()).containsExactly(false, true);
            page.fill("#n-name", "Too few rows");
            page.fill("#n-threshold", "0");

            assertThat(refused("Add the rule")).contains("needs a number of rows");
            assertThat(required()).containsExactly(false, true);
            assertThat(faults()).isEmpty();
            page.click("#faults a");
            PlaywrightAssertions.assertThat(page.locator("#n-threshold:target")).isVisible();
        }

        private List<Object> required() {
            return Stream.of("#n-pattern", "#n-threshold").map(field -> page.evalOnSelector(field, "field => field.required")).toList();
        }

        @Test
        void a_monitoring_rule_says_beforehand_what_its_name_may_be() {
            page.navigate(base() + "/admin/switches");
            assertThat(page.getAttribute("#m-name", "title")).isEqualTo("Small letters, digits and -, beginning with a letter or digit");
            assertThat(page.getAttribute("#m-name", "aria-describedby")).isEqualTo("m-name-hint");
        }

        @Test
        void a_refused_sign_in_keeps_the_address_and_waits_for_the_password() {
            try (var other = browser.newContext()) {
                var stranger = other.newPage();
                stranger.navigate(base() + "/login");
                stranger.fill("#email", "some'body+typed@example.com");
                stranger.fill("#pw", "a wrong password");
                stranger.click("form button");

                PlaywrightAssertions.assertThat(stranger.locator("#problem")).containsText("is not right");
                assertThat(stranger.url()).endsWith("/login?error=refused");
                assertThat(stranger.inputValue("#email")).isEqualTo("some'body+typed@example.com");
                assertThat(stranger.inputValue("#pw")).isEmpty();
                PlaywrightAssertions.assertThat(stranger.locator("#pw")).isFocused();
                stranger.navigate(base() + "/login");
                assertThat(stranger.inputValue("#email")).isEmpty();
            }
        }

        private String refused(String button) {
            var answer = page.waitForResponse(it -> it.request().method().equals("POST"), () -> page.click("main button:has-text('" + button + "')"));
            assertThat(answer.status()).isEqualTo(422);
            page.waitForLoadState();
            assertThat(page.getAttribute("#faults", "role")).isEqualTo("alert");
            return page.textContent("#faults");
        }

        @Test
        void the_theme_is_kept_and_drawn_by_the_server() {
            page.navigate(base() + "/admin/audit");
            page.click("summary:has-text('Account')");
            page.click("button[name=theme][value=dark]");

            assertThat(page.url()).endsWith("/admin/audit");
            assertThat(page.getAttribute("html", "data-theme")).isEqualTo("dark");
        }
    }

    private String base() {
        return "http://127.0.0.1:" + port;
    }

    private void open(boolean script, int width, int height, ColorScheme theme) {
        if (context != null) {
            context.close();
        }
        context = browser.newContext(new Browser.NewContextOptions().setStorageState(signedIn).setViewportSize(width, height)
                .setColorScheme(theme).setJavaScriptEnabled(script));
        context.setDefaultTimeout(15_000);
        context.addInitScript("if (self === top) { window.breaches = []; addEventListener('securitypolicyviolation', "
                + "breach => window.breaches.push(breach.violatedDirective + ' ' + breach.blockedURI)); }");
        page = context.newPage();
        // A request that the policy stopped never left the browser; anything else that is not ours is a stray.
        page.onResponse(answer -> {
            if (!answer.url().startsWith(base()) && !answer.url().startsWith("data:")) {
                strays.add(answer.url());
            }
        });
        page.onRequestFailed(request -> {
            if (!request.url().startsWith(base()) && !"csp".equals(request.failure())) {
                strays.add(request.url() + " " + request.failure());
            }
        });
    }

    private List<String> faults() {
        return new AxeBuilder(page).exclude("iframe").setLegacyMode(true).analyze().getViolations().stream()
                .filter(fault -> List.of("serious", "critical").contains(fault.getImpact()))
                .map(fault -> fault.getId() + ": " + fault.getNodes().stream().map(node -> String.valueOf(node.getTarget())).toList()).toList();
    }

    private void signIn(Page page, String email, String password) {
        page.navigate(base() + "/login");
        page.fill("#email", email);
        page.fill("#pw", password);
        page.click("form button");
        page.waitForURL("**/admin/inbox");
    }

    private void becomes(String id, String status) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(status(id)).isEqualTo(status));
    }

    private HttpResponse<String> asOwner(String path, Map<String, Object> body) {
        var owner = firstRun.at("/owner/email").asString() + ":" + firstRun.at("/owner/password").asString();
        return exchange(HttpRequest.newBuilder(URI.create(base() + path)).header("Content-Type", "application/json")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(owner.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build());
    }

    private void asOwner(String method, String path, Map<String, Object> body) {
        String owner = firstRun.at("/owner/email").asString() + ":" + firstRun.at("/owner/password").asString();
        var answer = exchange(HttpRequest.newBuilder(URI.create(base() + path)).header("Content-Type", "application/json")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(owner.getBytes(StandardCharsets.UTF_8)))
                .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void decide(String id, String decision) {
        page.navigate(base() + "/admin/inbox?selected=" + id);
        page.click("#" + decision);
        page.waitForSelector("#notice");
    }

    private void entry(String name, Map<String, Object> definition) {
        var all = new HashMap<>(definition);
        all.put("name", name);
        asOwner("POST", "/api/v1/catalogue/import", Map.of("actions", List.of(all)));
    }

    /** A request, a message, a payment, a file and a program. */
    private List<String> oneOfEachKind() {
        entry("crm_update", Map.of("description", "Change a contact", "action_type", "http_patch", "tier", "staged",
                "config", Map.of("base_url", "https://crm.example.com/v2", "auth_vault_key", "CRM_TOKEN")));
        entry("tell_slack", Map.of("description", "Tell the team", "action_type", "slack_message", "tier", "staged"));
        entry("note_down", Map.of("description", "Write a note", "action_type", "file_write", "tier", "staged"));
        entry("linear_issue", Map.of("description", "Open an issue", "action_type", "linear.create_issue", "tier", "staged"));
        return List.of(
                request("crm_update", Map.of("url", "contacts/42", "headers", Map.of("X-Api-Key", "abc"), "body", Map.of("name", "Ann")), "because"),
                request("tell_slack", Map.of("channel", "#incidents", "text", "See https://ex\u0430mple.com/d/42"), "because"),
                request("payment:transfer", Map.of("amount", 1_250_000, "currency", "EUR", "payee", "Mueller, DE89 3704"), "because"),
                request("note_down", Map.of("path", "notes.txt", "content", "first line\nsecond line\n"), "because"),
                request("exec:run", Map.of("argv", List.of("git", "log", "--oneline", "a file")), "because"));
    }

    private String mail(String subject, String body) {
        return request("email:send", Map.of("to", "ann@example.com", "subject", subject, "body", body), "because");
    }

    private String ticket(String summary) {
        return request("jira:create", Map.of("project", "OPS", "summary", summary, "description", "text"), "because");
    }

    private String request(String action, Map<String, ?> params, String reason) {
        var answer = send(key(), Map.of("action", action, "params", params, "reason", reason));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).path("id").asString();
    }

    private int asksWith(String key) {
        return send(key, Map.of("action", "jira:create", "params", Map.of("project", "OPS", "summary", "Hello", "description", "text")))
                .statusCode();
    }

    private String status(String id) {
        return JSON.readTree(exchange(HttpRequest.newBuilder(URI.create(base() + "/api/v1/actions/" + id)).header("Authorization",
                "Bearer " + key()).build()).body()).path("status").asString();
    }

    private String key() {
        return firstRun.at("/agent/key").asString();
    }

    private HttpResponse<String> send(String key, Map<String, Object> body) {
        return post("/api/v1/actions", key, body);
    }

    private HttpResponse<String> post(String path, String key, Map<String, Object> body) {
        return exchange(HttpRequest.newBuilder(URI.create(base() + path)).header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))).build());
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
