package io.tiphys.repo.render;

import static io.tiphys.support.Sources.aSource;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.repo.Build;
import io.tiphys.repo.RenderRequest;
import io.tiphys.support.MemoryFolder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildVariablesTest {

    private static final BuildVariables VARIABLES =
            BuildVariables.of(
                    new RenderRequest(
                            aSource("https://h/r", "app", "main"),
                            "0123456789012345678901234567890123456789",
                            new MemoryFolder(),
                            new MemoryFolder(),
                            new Build("team_shop", "default", "web", "v1.35.2", List.of())));

    @ParameterizedTest
    @CsvSource({
        "$ARGOCD_APP_NAME,team_shop",
        "$ARGOCD_APP_NAMESPACE,web",
        "$ARGOCD_APP_PROJECT_NAME,default",
        "$ARGOCD_APP_REVISION,0123456789012345678901234567890123456789",
        "$ARGOCD_APP_REVISION_SHORT,0123456",
        "$ARGOCD_APP_REVISION_SHORT_8,01234567",
        "$ARGOCD_APP_SOURCE_PATH,app",
        "$ARGOCD_APP_SOURCE_REPO_URL,https://h/r",
        "$ARGOCD_APP_SOURCE_TARGET_REVISION,main",
    })
    void every_variable_has_its_value(String text, String expected) {
        assertThat(VARIABLES.substituted(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "a-${ARGOCD_APP_NAMESPACE}b,a-webb",
        "$ARGOCD_APP_NAMESPACE.$ARGOCD_APP_NAMESPACE,web.web",
        "$NONE|${NONE}|,||",
        "$$ARGOCD_APP_NAME,$ARGOCD_APP_NAME",
        "$$$$,$$",
        "5$,5$",
        "a$/b$.c,a$/b$.c",
        "$1st,st",
        "${},''",
        "${ARGOCD_APP_NAME,ARGOCD_APP_NAME",
        "\\$ARGOCD_APP_NAMESPACE,\\web",
    })
    void a_dollar_means_what_it_does_in_a_shell(String text, String expected) {
        assertThat(VARIABLES.substituted(text)).isEqualTo(expected);
    }
}
