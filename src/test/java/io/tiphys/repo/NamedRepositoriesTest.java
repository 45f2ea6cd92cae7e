package io.tiphys.repo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.repo.NamedRepositories.Named;
import io.tiphys.repo.NamedRepositories.Reader;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamedRepositoriesTest {

    private static final Named MAIN = new Named("h/o/bases", "main");
    private static final Named V1 = new Named("h/o/bases", "v1");
    private static final Named OTHER = new Named("h/o/other", "main");

    private final NamedRepositories named = new NamedRepositories();

    @Test
    void all_sources_of_an_application_count() {
        named.read(new Reader("shop", "https://h/o/apps", "web"), Set.of(MAIN, OTHER));
        named.read(new Reader("shop", "https://h/o/apps", "db"), Set.of(V1));
        named.read(new Reader("blog", "https://h/o/apps", "web"), Set.of(MAIN));

        assertThat(named.naming("h/o/bases"))
                .isEqualTo(Map.of("shop", Set.of("main", "v1"), "blog", Set.of("main")));
        assertThat(named.naming("h/o/other")).isEqualTo(Map.of("shop", Set.of("main")));
    }

    @Test
    void what_is_no_longer_named_is_forgotten() {
        var shop = new Reader("shop", "https://h/o/apps", "web");
        named.read(shop, Set.of(MAIN, OTHER));

        named.read(shop, Set.of(V1));
        assertThat(named.naming("h/o/bases")).isEqualTo(Map.of("shop", Set.of("v1")));
        assertThat(named.naming("h/o/other")).isEmpty();

        named.read(shop, Set.of());
        assertThat(named.naming("h/o/bases")).isEmpty();
    }

    @Test
    void no_more_sources_are_remembered_than_a_hundred_thousand() {
        for (int i = 0; i <= 100_000; i++) {
            named.read(new Reader("shop-" + i, "https://h/o/apps", "web"), Set.of(MAIN));
        }

        assertThat(named.naming("h/o/bases"))
                .hasSize(100_000)
                .containsKey("shop-100000")
                .doesNotContainKey("shop-0");
    }
}
