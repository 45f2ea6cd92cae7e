package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.image.CommitStyle.Change;
import io.tiphys.support.HostileText;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitStyleTest {

    private static final List<Change> CHANGES =
            List.of(
                    new Change("argocd", "shop", "example.org/web", "web", "1.0", "1.1"),
                    new Change("argocd", "shop", "example.org/api", "api", "2.0", "2.1"));

    @Test
    void without_settings_it_says_what_argo_cd_image_updater_says() {
        var style = CommitStyle.read(Map.of());

        assertThat(style.user()).isEqualTo("argocd-image-updater");
        assertThat(style.mail()).isEqualTo("noreply@argoproj.io");
        assertThat(style.message(CHANGES))
                .isEqualTo(
                        """
                        build: automatic update of shop

                        updates image example.org/web tag '1.0' to '1.1'
                        updates image example.org/api tag '2.0' to '2.1'
                        """);
    }

    @Test
    void it_is_signed_off_as_git_does_it() {
        assertThat(signedOff("Update"))
                .isEqualTo("Update\n\nSigned-off-by: Ada <ada@example.org>\n");
        assertThat(signedOff("Update\n\nWhy\n\n"))
                .isEqualTo("Update\n\nWhy\n\nSigned-off-by: Ada <ada@example.org>\n");
        assertThat(signedOff("Update\n\nTicket: 1\n"))
                .isEqualTo("Update\n\nTicket: 1\nSigned-off-by: Ada <ada@example.org>\n");
        assertThat(signedOff("fix: update"))
                .isEqualTo("fix: update\n\nSigned-off-by: Ada <ada@example.org>\n");
        assertThat(signedOff("Update\n\nSigned-off-by: Ada <ada@example.org>"))
                .isEqualTo("Update\n\nSigned-off-by: Ada <ada@example.org>");
        assertThat(CommitStyle.read(Map.of()).signOff()).isFalse();
        assertThat(CommitStyle.read(Map.of("git.commit-sign-off", "yes")).signOff()).isFalse();
    }

    private static String signedOff(String template) {
        return CommitStyle.read(
                        Map.of(
                                "git.user", "Ada",
                                "git.email", "ada@example.org",
                                "git.commit-sign-off", "True",
                                "git.commit-message-template", template))
                .message(CHANGES);
    }

    @Test
    void one_commit_for_several_applications_names_them() {
        var style = CommitStyle.read(Map.of("git.commit-message-template", "{{ .AppName }}"));
        var many =
                IntStream.range(0, 13)
                        .mapToObj(i -> new Change("argocd", "a" + i, "x", "", "1", "2"))
                        .toList();

        assertThat(style.message(many.subList(0, 2))).isEqualTo("a0, a1");
        assertThat(style.message(many))
                .isEqualTo("a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 and 3 more");
    }

    @Test
    void a_template_that_cannot_be_read_is_told_and_the_usual_one_taken() {
        var style =
                CommitStyle.read(Map.of("git.commit-message-template", "{{ range .AppChanges }}"));

        assertThat(style.problem()).contains("{{range}} has no {{end}}");
        assertThat(style.message(CHANGES)).startsWith("build: automatic update of shop");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            value = {
                "plain § plain",
                "{{.A}} § x",
                "{{ .A }} § x",
                "a {{- .A -}} b § axb",
                "a {{ .A }} b § a x b",
                "{{ .None }} § <no value>",
                "{{ .M.N }} § y",
                "{{ $.A }} § x",
                "{{/* nothing */}}{{ .A }} § x",
                "{{ range .L }}[{{ .K }}]{{ end }} § [1][2]",
                "{{ range .L }}{{ $.A }}{{ .K }}{{ end }} § x1x2",
                "{{ range $i, $e := .L }}{{ $i }}={{ $e.K }};{{ end }} § 0=1;1=2;",
                "{{ range $e := .L }}{{ $e.K }}{{ end }} § 12",
                "{{ range .E }}a{{ else }}none{{ end }} § none",
                "{{ if .A }}yes{{ else }}no{{ end }} § yes",
                "{{ if .Z }}yes{{ else }}no{{ end }} § no",
                "{{ with .M }}{{ .N }}{{ end }} § y",
                "{{ range .L }}{{ if .K }}{{ range $.L }}{{ .K }}{{ end }}{{ end }}{{ end }} §"
                        + " 1212",
                "{{ . }} § ''",
            })
    void templates_are_read_as_go_reads_them(String template, String expected) {
        var data =
                Map.<String, Object>of(
                        "A", "x",
                        "Z", "",
                        "E", List.of(),
                        "M", Map.of("N", "y"),
                        "L", List.of(Map.of("K", "1"), Map.of("K", "2")));

        assertThat(GoTemplate.parse(template).render(data)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '§',
            value = {
                "{{ .A § an action does not end",
                "{{ end }} § {{end}} ends nothing",
                "{{ if .A }} § {{if}} has no {{end}}",
                "{{ else }} § {{else}} is not known here",
                "{{ if .A }}{{ else if .B }}{{ end }} § {{else if .B}} is not known here",
                "{{ .A | upper }} § {{.A | upper}} is not known here",
                "{{ printf .A }} § {{printf .A}} is not known here",
                "{{ }} § {{}} is not known here",
                "{{ $x := .A }} § {{$x := .A}} is not known here",
                "{{ if $x := .A }}{{ end }} § {{if $x := .A}} is not known here",
            })
    void what_is_not_known_is_refused(String template, String message) {
        assertThatThrownBy(() -> GoTemplate.parse(template))
                .isInstanceOf(InvalidTemplateException.class)
                .hasMessage(message);
    }

    @Test
    void hostile_templates_end_and_say_why() {
        var random = new Random(42);
        int rendered = 0;
        for (int i = 0; i < 20_000; i++) {
            var template =
                    HostileText.from("{}.$-A ", 10, random)
                            + "{{ range .L }}"
                            + HostileText.from("{}.$-A ", 10, random)
                            + "{{ end }}";
            try {
                GoTemplate.parse(template).render(Map.of("L", List.of("a", "b")));
                rendered++;
            } catch (InvalidTemplateException invalid) {
                assertThat(invalid.getMessage()).isNotBlank();
            }
        }
        assertThat(rendered).isPositive();
    }

    @Test
    void output_ends_where_no_commit_would_be_read() {
        var template = "{{ range .L }}{{ range $.L }}{{ range $.L }}x{{ end }}{{ end }}{{ end }}";
        var list = IntStream.range(0, 1_000).mapToObj(i -> "" + i).toList();

        assertThat(GoTemplate.parse(template).render(Map.of("L", list))).hasSizeLessThan(1_100_000);
    }

    @Test
    void a_branch_is_named_by_its_changes() {
        var name =
                CommitStyle.branch(
                        "updates-{{ .AppNamespace }}-{{ .AppName }}-{{ range .Images }}{{ .Alias"
                                + " }}-{{ .NewTag }}-{{ end }}{{ .SHA256 }}",
                        CHANGES,
                        text -> text.hashCode() == 0 ? "" : "abc");

        assertThat(name).isEqualTo("updates-argocd-shop-web-1.1-api-2.1-abc");
        assertThat(CommitStyle.branch("x".repeat(300), CHANGES, text -> text)).hasSize(255);
    }
}
