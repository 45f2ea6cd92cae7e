package io.tiphys.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs `mvnw` on machines made of shell scripts: the first command of a newcomer must work where
/// the Java on the PATH is an old one.
@DisabledOnOs(OS.WINDOWS)
class MavenWrapperTest {

    private static final Path REAL_JAVA = Path.of(System.getProperty("java.home"), "bin/java");

    @TempDir Path machine;
    private Path project;
    private Path home;
    private Path tools;

    private record Run(int exitCode, String output) {}

    @BeforeEach
    void set_up_a_machine_with_a_shell_and_no_java() throws Exception {
        project = Files.createDirectories(machine.resolve("a project"));
        home = Files.createDirectories(machine.resolve("home"));
        tools = Files.createDirectories(machine.resolve("tools"));
        for (var tool : List.of("dirname", "sed", "awk", "tr")) {
            onPath(tool, find(tool));
        }
        Files.createDirectories(project.resolve(".mvn/wrapper"));
        for (var file : List.of("mvnw", ".mvn/wrapper/FetchMaven.java")) {
            Files.copy(Path.of(file), project.resolve(file));
        }
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <properties>
                  <maven.compiler.release>25</maven.compiler.release>
                </properties>
                """);
        distributedAs(machine.resolve("nowhere/apache-maven-9.9.9-bin.zip"), "");
    }

    @Test
    void java_home_is_taken_if_it_is_new_enough() throws Exception {
        installMaven("3.9.9");
        var jdk = jdk("elsewhere/jdk", "26.0.1");
        jdk("usr/lib/jvm/jdk-25", "25");

        assertThat(mvnw(jdk).output()).isEqualTo("Maven 3.9.9 on " + jdk + ":");
    }

    @Test
    void the_java_on_the_path_is_next() throws Exception {
        installMaven("3.9.9");
        var old = jdk("elsewhere/old", "1.8.0_392");
        var jdk = jdk("elsewhere/new", "25.0.3");
        onPath("java", jdk.resolve("bin/java"));

        assertThat(mvnw(old).output()).isEqualTo("Maven 3.9.9 on " + jdk + ":");
    }

    @Test
    void of_those_in_the_usual_places_the_nearest_to_what_is_wanted_is_taken() throws Exception {
        installMaven("3.9.9");
        onPath("java", jdk("usr/lib/jvm/java-17", "17.0.15").resolve("bin/java"));
        jdk("Library/Java/JavaVirtualMachines/27/Contents/Home", "27-ea");
        var jdk = jdk("home/.sdkman/candidates/java/25.0.3-tem", "25.0.3");
        jdk("usr/lib/jvm/jdk-26", "26");

        assertThat(mvnw(null).output()).isEqualTo("Maven 3.9.9 on " + jdk + ":");
    }

    @Test
    void without_a_jdk_it_says_what_is_missing() throws Exception {
        installMaven("3.9.9");
        var old = jdk("usr/lib/jvm/java-21", "21.0.9");
        var withoutCompiler = jdk("usr/lib/jvm/jre-25", "25.0.3");
        Files.delete(withoutCompiler.resolve("bin/javac"));

        var run = mvnw(old);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .startsWith("mvnw: no JDK 25 or newer was found")
                .contains("JAVA_HOME (" + old + ")", "PATH", "Install one");
    }

    @Test
    void arguments_reach_maven_as_they_are() throws Exception {
        installMaven("3.8.6");
        var jdk = jdk("usr/lib/jvm/jdk-25", "25");

        assertThat(mvnw(null, "-B", "-Dsaid=two words", "*").output())
                .isEqualTo("Maven 3.8.6 on " + jdk + ": [-B] [-Dsaid=two words] [*]");
    }

    @Test
    void a_maven_that_is_too_old_is_replaced_by_one_that_is_fetched_once() throws Exception {
        // Given
        installMaven("3.8.5");
        var jdk = jdk("usr/lib/jvm/jdk-25", "25");
        var zip = zip("apache-maven-9.9.9/bin/mvn", "apache-maven-9.9.9/lib/maven-core.jar");
        distributedAs(zip, "");

        // When
        var first = mvnw(null, "verify");
        Files.delete(zip);
        var second = mvnw(null, "verify");

        // Then
        assertThat(first.output())
                .isEqualTo(
                        "mvnw: fetching %s\nfetched Maven on %s: [verify]"
                                .formatted(zip.toUri(), jdk));
        assertThat(second.output()).isEqualTo("fetched Maven on " + jdk + ": [verify]");
        assertThat(installed()).containsExactly("plain");
    }

    @Test
    void a_distribution_with_another_checksum_is_not_installed() throws Exception {
        jdk("usr/lib/jvm/jdk-25", "25");
        distributedAs(zip("apache-maven-9.9.9/bin/mvn"), "0123abcd");

        var run = mvnw(null, "verify");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("not 0123abcd")
                .contains(
                        "Maven could not be fetched. Try again, or install Maven 3.8.6 or newer.");
        assertThat(installed()).isEmpty();
    }

    @Test
    void a_distribution_that_writes_outside_its_directory_is_not_installed() throws Exception {
        jdk("usr/lib/jvm/jdk-25", "25");
        distributedAs(zip("apache-maven-9.9.9/bin/mvn", "maven/../../../../escaped"), "");

        var run = mvnw(null, "verify");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("the zip wants to write to maven/../../../../escaped");
        assertThat(installed()).isEmpty();
    }

    @Test
    void a_distribution_that_cannot_be_reached_is_named() throws Exception {
        jdk("usr/lib/jvm/jdk-25", "25");

        var run = mvnw(null, "verify");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("nowhere/apache-maven-9.9.9-bin.zip");
    }

    @Test
    void the_projects_own_wrapper_is_executable_and_fetches_from_apache() throws Exception {
        assertThat(Path.of("mvnw")).isExecutable();
        assertThat(Path.of(".mvn/wrapper/maven-wrapper.properties"))
                .content()
                .containsPattern("(?m)^distributionUrl=https://archive\\.apache\\.org/dist/maven/")
                .containsPattern("(?m)^distributionSha512Sum=[0-9a-f]{128}$");
    }

    private Run mvnw(@Nullable Path javaHome, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("/bin/sh", project.resolve("mvnw").toString()));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
        var environment = builder.environment();
        environment.clear();
        environment.put("HOME", home.toString());
        environment.put("PATH", tools.toString());
        environment.put("MVNW_ROOT", machine.toString());
        if (javaHome != null) {
            environment.put("JAVA_HOME", javaHome.toString());
        }
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes());
        return new Run(process.waitFor(), output.strip());
    }

    private void distributedAs(Path zip, String checksum) throws IOException {
        Files.writeString(
                project.resolve(".mvn/wrapper/maven-wrapper.properties"),
                "# Comment\ndistributionUrl=%s\ndistributionSha512Sum=%s\n"
                        .formatted(zip.toUri(), checksum));
    }

    /// A JDK that knows its version, and runs Java programs with the one that runs this test.
    private Path jdk(String directory, String version) throws IOException {
        var jdk = machine.resolve(directory);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
        script(jdk.resolve("bin/javac"), "exit 1");
        script(
                jdk.resolve("bin/java"),
                """
                case $1 in
                    -XshowSettings*) echo "    java.home = %s" >&2 ;;
                    *) exec "%s" "$@" ;;
                esac
                """
                        .formatted(jdk, REAL_JAVA));
        return jdk;
    }

    private void onPath(String name, Path program) throws IOException {
        script(tools.resolve(name), "exec '%s' \"$@\"".formatted(program));
    }

    private void installMaven(String version) throws IOException {
        script(
                tools.resolve("mvn"),
                """
                if [ "$1" = --version ]; then
                    printf '\\033[1mApache Maven %s\\033[m (abc)\\n'
                else
                %s
                fi
                """
                        .formatted(version, report("Maven " + version)));
    }

    private Path zip(String... entries) throws IOException {
        var zip = machine.resolve("apache-maven-9.9.9-bin.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (var entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(("#!/bin/sh\n" + report("fetched Maven")).getBytes());
            }
        }
        return zip;
    }

    private static String report(String name) {
        return "printf '%s on %%s:' \"$JAVA_HOME\"; for a; do printf ' [%%s]' \"$a\"; done"
                .formatted(name);
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private List<String> installed() throws IOException {
        var directory = home.resolve(".m2/wrapper/dists/apache-maven-9.9.9-bin");
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
