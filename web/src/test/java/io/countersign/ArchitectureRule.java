package io.countersign;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.countersign.command.store.api.EventName;
import io.countersign.executors.ActionExecutor;
import io.countersign.query.projection.Projection;
import java.io.ObjectInputStream;
import java.net.IDN;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.queryhandling.QueryBus;
import org.axonframework.queryhandling.QueryGateway;
import org.axonframework.queryhandling.QueryHandler;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.NullMarked;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * What neither visibility nor the build can hold. A rule speaks of the packages below a root: of the product's own, or of
 * {@code io.countersign.offences}, which is laid out alike and holds for each rule at least one class it must report.
 */
enum ArchitectureRule {

    MODULES_MEET_ONLY_IN_API_PACKAGES_AND_IN_ONE_DIRECTION(root -> classes().that(belongToAModule(root)).should(keepToTheMap(root)),
            "command.LooksIntoAView", "query.ReachesBehindTheApi", "executors.OpensAPage", "web.NamesAnExecutor"),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles(),
            "command.chicken.Chicken", "command.egg.Egg"),

    API_PACKAGES_NEED_NOTHING_BEHIND_THEM(root -> noClasses().that().resideInAPackage(root + "..api..")
            .should().dependOnClassesThat(resideInAPackage(root + "..").and(DescribedPredicate.not(resideInAPackage("..api..")))),
            "command.api.LeadsInside"),

    EVALUATION_IS_PURE(root -> classes().that().resideInAPackage(root + ".command.evaluation..")
            .should().onlyDependOnClassesThat(type(IDN.class).or(resideInAnyPackage(root + ".command.evaluation..", root + "..api..",
                    "org.jspecify..", "java.lang", "java.lang.annotation", "java.lang.invoke", "java.lang.runtime", "java.math..", "java.time..",
                    "java.util", "java.util.function", "java.util.stream", "java.util.regex", "java.text",
                    "tools.jackson.databind", "tools.jackson.databind.node", "com.google.re2j", "com.google.common.collect", "dev.cel.."))),
            "command.evaluation.ReadsAFile"),

    AGGREGATES_ARE_CLOSED(root -> classes().that().areAnnotatedWith(Aggregate.class)
            .should().resideInAPackage(root + ".command..").andShould().bePackagePrivate().andShould(haveNoOpenState()),
            "command.OpenAggregate", "query.StrayAggregate"),

    // The supervisor of the database is a tool with a life of its own, and a key as a record would print itself.
    API_TYPES_ARE_PLAIN(root -> classes().that().resideInAPackage(root + "..api..").and().arePublic()
            .and().resideOutsideOfPackage(root + ".command.database..").and().doNotHaveSimpleName("MasterKey").should(bePlain(root)),
            "command.api.Clever", "command.api.Heavy"),

    EVENTS_ARE_NAMED_RECORDS_OF_A_FAMILY(root -> classes().that(areEvents(root))
            .should().beRecords().andShould().beAnnotatedWith(EventName.class).andShould().beAnnotatedWith(Revision.class)
            .andShould(standInTheirFamily()),
            "command.api.HenEvent$Nameless", "command.api.HenEvent$Unversioned", "command.api.HenEvent$Changeable",
            "command.api.Orphaned"),

    NO_NAME_ENDS_IN_A_KIND(root -> classes().that().resideInAPackage(root + "..").and(DescribedPredicate.not(describe("are sealed roots",
            type -> type.isInterface() && type.reflect().isSealed())))
            .should().haveNameNotMatching(".*[a-z](Command|Event|Query|Dto|DTO)"),
            "command.api.LayEggCommand"),

    COMMANDS_ARE_HANDLED_IN_COMMAND(root -> methods().that().areAnnotatedWith(CommandHandler.class)
            .or().areAnnotatedWith(EventSourcingHandler.class).should().beDeclaredInClassesThat().resideInAPackage(root + ".command.."),
            "query.Decides", "executors.Remembers"),

    EVENTS_ARE_HANDLED_IN_EXECUTORS(root -> methods().that(areEventHandlers())
            .should().beDeclaredInClassesThat().resideInAPackage(root + ".executors.."),
            "query.Listens"),

    QUESTIONS_ARE_CALLS(root -> noMethods().should().beAnnotatedWith(QueryHandler.class), "query.Answers"),

    HANDLERS_OF_EVENTS_ARE_NO_BEANS(root -> noClasses().that().containAnyMethodsThat(areEventHandlers())
            .should().beMetaAnnotatedWith(Component.class),
            "executors.ListensTwice"),

    READERS_OF_EVENTS_SURVIVE_REPLAY(root -> classes().that().containAnyMethodsThat(areEventHandlers())
            .should().beAnnotatedWith(ProcessingGroup.class).andShould(refuseReplayOrBeginAnew()),
            "query.Listens", "executors.ActsAgain"),

    READERS_OF_EVENTS_HAVE_NAMES_OF_THEIR_OWN(root -> classes().that().areAnnotatedWith(ProcessingGroup.class)
            .or(assignableTo(Projection.class).and(describe("are classes", type -> !type.isInterface()))).should(haveNamesOfTheirOwn()),
            "executors.ActsAgain", "executors.ListensTwice", "executors.ReadsASlot", "query.TakesAName"),

    VIEWS_CAUSE_NOTHING(root -> noClasses().that().resideInAPackage(root + ".query..")
            .should().dependOnClassesThat().areAssignableTo(CommandGateway.class)
            .orShould().dependOnClassesThat().areAssignableTo(CommandBus.class),
            "query.Interferes"),

    DECISIONS_ASK_NO_VIEW(root -> noClasses().that().resideInAPackage(root + ".command..")
            .should().dependOnClassesThat().areAssignableTo(QueryGateway.class)
            .orShould().dependOnClassesThat().areAssignableTo(QueryBus.class),
            "command.AsksAround"),

    // The supervisor of the database measures the real world; the assembly hands the one clock to all.
    /** A deadline decides nothing: it asks how late it really is, for a machine may have stood still. */
    TIME_COMES_FROM_THE_CLOCK(root -> noClasses().that().resideInAPackage(root + "..")
            .and().resideOutsideOfPackage(root + ".command.database..").and().doNotHaveSimpleName("AssemblyConfiguration")
            .and().doNotHaveFullyQualifiedName(root + ".executors.outbound.Deadline")
            .should().callCodeUnitWhere(describe("the time is taken from the system", call -> readsSystemTime(call.getTarget()))),
            "command.KnowsTheTime", "query.KnowsTheDay"),

    IDS_ARE_GIVEN(root -> noClasses().that().resideInAnyPackage(root + ".command..", root + ".query..")
            .and().resideOutsideOfPackage(root + ".command.database..")
            .should().callMethod(UUID.class, "randomUUID").orShould().callMethod(Math.class, "random")
            .orShould().dependOnClassesThat(are(describe("predictable sources of chance", type -> type.isEquivalentTo(Random.class)
                    || type.getName().equals("java.util.concurrent.ThreadLocalRandom")))),
            "command.MakesAnId", "query.RollsDice"),

    CONTROLLERS_ARE_PACKAGE_PRIVATE(root -> classes().that().areMetaAnnotatedWith(Controller.class)
            .should().bePackagePrivate().andShould().resideInAnyPackage(root + ".web..", root + ".bootstrap.."),
            "web.OpenController"),

    LOOKING_CHANGES_NOTHING(root -> methods().that().areAnnotatedWith(GetMapping.class).should(sendNoCommand(root)),
            "web.ChangesOnGet"),

    // Limits are counted before anybody is known to any view.
    PAGES_DO_NOT_READ_TABLES(root -> noClasses().that().resideInAnyPackage(root + ".web..", root + ".bootstrap..")
            .and().resideOutsideOfPackage(root + ".web.limits..")
            .should().dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.postgresql..")
                    .and(DescribedPredicate.not(assignableTo(Exception.class)))),
            "web.ReadsATable"),

    TEXT_NEVER_CHOOSES_A_CLASS(root -> noClasses()
            .should().callMethodWhere(describe("default typing is switched on", call -> call.getName().matches("(?i).*defaultTyping.*")))
            .orShould().dependOnClassesThat().areAssignableTo(JsonTypeInfo.class)
            .orShould().dependOnClassesThat().areAssignableTo(ObjectInputStream.class)
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.beans.XMLDecoder"),
            "web.TrustsJson", "web.TrustsTypes", "web.TrustsBytes"),

    JSON_IS_READ_BY_JACKSON_3(root -> noClasses().should().dependOnClassesThat().resideInAPackage("com.fasterxml.jackson.databind.."),
            "web.ReadsOldJson"),

    EXECUTORS_ARE_STRANGERS(root -> classes().that().resideInAPackage(root + ".executors..").should(dependOnNoOtherExecutor()),
            "executors.fox.Fox"),

    ONE_PLACE_ACTS(root -> noClasses().that().resideOutsideOfPackage(root + ".executors.execution..")
            .should().callMethodWhere(describe("an executor is set to work",
                    call -> call.getTargetOwner().isAssignableTo(ActionExecutor.class)
                            && Set.of("execute", "lookUp", "rollBack").contains(call.getName())
                            && !call.getOriginOwner().equals(call.getTargetOwner()))),
            "executors.ActsByItself"),

    NOTHING_IS_INJECTED_INTO_FIELDS(root -> NO_CLASSES_SHOULD_USE_FIELD_INJECTION, "web.Injected"),

    NOTHING_IS_PRINTED(root -> NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS, "web.Prints"),

    EXCEPTIONS_SAY_WHAT_IS_WRONG(root -> NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS, "web.ThrowsAnything"),

    LOGS_GO_THROUGH_SLF4J(root -> NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING, "web.LogsElsewhere"),

    LOGGERS_ARE_CONSTANTS(root -> fields().that().haveRawType(org.slf4j.Logger.class)
            .should().bePrivate().andShould().beStatic().andShould().beFinal(),
            "web.LogsWithAState"),

    PACKAGES_ARE_NULL_MARKED(root -> classes().that().resideInAPackage(root + "..").should(standInANullMarkedPackage()),
            "unmarked.Unmarked");

    /** For each module, those it may know. The pages and their assembly are built together; the assembly knows the pages, not they it. */
    private static final Map<String, Set<String>> MAP = Map.of(
            "command", Set.of(),
            "query", Set.of("command"),
            "executors", Set.of("command"),
            "web", Set.of("command", "query"),
            "bootstrap", Set.of("command", "query"));

    private final Function<String, ArchRule> rule;
    private final List<String> offenders;

    ArchitectureRule(Function<String, ArchRule> rule, String... offenders) {
        this.rule = rule;
        this.offenders = List.of(offenders);
    }

    /** The rule for all packages below a root. */
    ArchRule below(String root) {
        return rule.apply(root);
    }

    /** Classes among the offences that this rule must report, named from their root. */
    List<String> offenders() {
        return offenders;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String module(String root, JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1).split("\\.")[0] : "";
    }

    private static DescribedPredicate<JavaClass> belongToAModule(String root) {
        return describe("belong to a module", type -> !module(root, type).isEmpty());
    }

    private static ArchCondition<JavaClass> keepToTheMap(String root) {
        return condition("depend on other modules only where the map allows it, and on their api packages only", (type, events) -> {
            String own = module(root, type);
            type.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String other = module(root, target);
                boolean fine = other.isEmpty() || other.equals(own) || own.equals("bootstrap") && other.equals("web")
                        || MAP.getOrDefault(own, Set.of()).contains(other) && (target.getPackageName() + ".").contains(".api.");
                if (!fine) {
                    events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                }
            });
        });
    }

    private static ArchCondition<JavaClass> haveNoOpenState() {
        return condition("have neither public fields nor setters", (type, events) -> Stream.<JavaMember>concat(
                        type.getFields().stream().filter(field -> field.getModifiers().contains(JavaModifier.PUBLIC)),
                        type.getMethods().stream().filter(method -> method.getName().matches("set[A-Z].*")))
                .forEach(open -> events.add(SimpleConditionEvent.violated(open, open.getFullName() + " is open"))));
    }

    private static ArchCondition<JavaClass> bePlain(String root) {
        return condition("be records, enums, interfaces or exceptions of plain parts, or functions", (type, events) -> {
            if (!(type.isRecord() || type.isEnum() || type.isInterface() || type.isAssignableTo(Exception.class)
                    || holdsFunctionsOnly(type))) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " is none of these"));
            }
            type.getFields().stream().filter(field -> !field.getModifiers().contains(JavaModifier.STATIC)).forEach(field -> {
                JavaClass part = field.getRawType().getBaseComponentType();
                if (!(part.isPrimitive() || part.getPackageName().startsWith("java.") || part.getPackageName().startsWith(root))) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is a foreign " + part.getName()));
                }
            });
        });
    }

    private static boolean holdsFunctionsOnly(JavaClass type) {
        return type.getFields().stream().allMatch(field -> field.getModifiers().contains(JavaModifier.STATIC))
                && type.getConstructors().stream().allMatch(constructor -> constructor.getModifiers().contains(JavaModifier.PRIVATE));
    }

    private static boolean isFamily(JavaClass type) {
        return type.isInterface() && type.getSimpleName().endsWith("Event") && type.reflect().isSealed();
    }

    private static DescribedPredicate<JavaClass> areEvents(String root) {
        DescribedPredicate<JavaClass> ofAFamily = describe("are of a family",
                type -> !type.isInterface() && type.getAllRawInterfaces().stream()
                        .anyMatch(parent -> parent.getPackageName().startsWith(root) && isFamily(parent)));
        return ofAFamily.or(CanBeAnnotated.Predicates.annotatedWith(EventName.class)).as("are events");
    }

    private static ArchCondition<JavaClass> standInTheirFamily() {
        return condition("implement the sealed root around them", (type, events) -> {
            if (type.getRawInterfaces().stream()
                    .noneMatch(parent -> isFamily(parent) && type.getEnclosingClass().filter(parent::equals).isPresent())) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " has no family"));
            }
        });
    }

    private static DescribedPredicate<CanBeAnnotated> areEventHandlers() {
        return describe("are handlers of events",
                method -> method.isAnnotatedWith(EventHandler.class)
                        || method.isMetaAnnotatedWith(EventHandler.class) && !method.isAnnotatedWith(EventSourcingHandler.class));
    }

    private static ArchCondition<JavaClass> refuseReplayOrBeginAnew() {
        return condition("refuse a replay or clear what it will fill again", (type, events) -> {
            if (!type.isAnnotatedWith(DisallowReplay.class)
                    && type.getMethods().stream().noneMatch(method -> method.isAnnotatedWith(ResetHandler.class))) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " does neither"));
            }
        });
    }

    private static ArchCondition<JavaClass> haveNamesOfTheirOwn() {
        return new ArchCondition<>("have names of their own") {

            private final Map<String, Set<JavaClass>> holders = new HashMap<>();

            @Override
            public void init(Collection<JavaClass> all) {
                all.forEach(type -> names(type).forEach(name -> holders.computeIfAbsent(name, it -> new LinkedHashSet<>()).add(type)));
            }

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                names(type).filter(name -> holders.get(name).size() > 1).forEach(name -> events.add(
                        SimpleConditionEvent.violated(type, type.getName() + " is called " + name + ", and is not the only one")));
            }
        };
    }

    /** The tokens are kept under these: a group's own name, and for a view one for each slot. */
    private static Stream<String> names(JavaClass type) {
        if (type.isAnnotatedWith(ProcessingGroup.class)) {
            return Stream.of(type.getAnnotationOfType(ProcessingGroup.class).value());
        }
        try {
            var name = type.reflect().getDeclaredField("NAME");
            name.setAccessible(true);
            return Stream.of(name.get(null) + "-a", name.get(null) + "-b");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " has no constant NAME", e);
        }
    }

    private static boolean readsSystemTime(CodeUnitCallTarget call) {
        String owner = call.getOwner().getName();
        return owner.startsWith("java.time.") && call.getName().equals("now")
                        && call.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Clock.class))
                || call.getOwner().isEquivalentTo(Clock.class) && call.getName().matches("system.*|tick[A-Z].*")
                || call.getOwner().isEquivalentTo(System.class) && call.getName().equals("currentTimeMillis")
                || call.getOwner().isEquivalentTo(Date.class) && call.getName().equals("<init>") && call.getRawParameterTypes().isEmpty()
                || owner.equals("java.util.Calendar") && call.getName().equals("getInstance");
    }

    private static ArchCondition<JavaMethod> sendNoCommand(String root) {
        return condition("send no command, nor call what does", (method, events) -> {
            Set<JavaCodeUnit> seen = new LinkedHashSet<>(Set.of(method));
            Deque<JavaCodeUnit> open = new ArrayDeque<>(seen);
            while (!open.isEmpty()) {
                JavaCodeUnit unit = open.pop();
                Stream.<JavaAccess<?>>concat(unit.getCallsFromSelf().stream(), Stream.concat(unit.getMethodReferencesFromSelf().stream(),
                        unit.getConstructorReferencesFromSelf().stream())).forEach(access -> {
                    if (access.getTargetOwner().isAssignableTo(CommandGateway.class)) {
                        events.add(SimpleConditionEvent.violated(method, method.getFullName() + " sends: " + access.getDescription()));
                    } else if (access.getTargetOwner().getPackageName().startsWith(root)) {
                        access.getTarget().resolveMember().filter(JavaCodeUnit.class::isInstance).map(JavaCodeUnit.class::cast)
                                .filter(seen::add).ifPresent(open::push);
                    }
                });
            }
        });
    }

    private static ArchCondition<JavaClass> dependOnNoOtherExecutor() {
        return condition("depend on no other executor", (type, events) -> type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> !dependency.getTargetClass().getPackageName().equals(type.getPackageName()))
                .filter(dependency -> dependency.getTargetClass().getPackage().getClasses().stream()
                        .anyMatch(neighbour -> !neighbour.isInterface() && neighbour.isAssignableTo(ActionExecutor.class)))
                .forEach(dependency -> events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()))));
    }

    private static ArchCondition<JavaClass> standInANullMarkedPackage() {
        return condition("stand in a package that is @NullMarked", (type, events) -> {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " does not"));
            }
        });
    }

    private static <T> ArchCondition<T> condition(String what, BiConsumer<T, ConditionEvents> check) {
        return new ArchCondition<>(what) {

            @Override
            public void check(T item, ConditionEvents events) {
                check.accept(item, events);
            }
        };
    }
}
