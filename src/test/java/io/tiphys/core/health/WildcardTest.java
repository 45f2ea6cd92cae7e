package io.tiphys.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {

    @ParameterizedTest
    @CsvSource({
        "*.crossplane.io/*, ec2.aws.crossplane.io/VPC, true",
        "*.crossplane.io/*, crossplane.io/VPC, false",
        "*/*, apps/Deployment, true",
        "*/*, Pod, false",
        "*, apps/Deployment, true",
        "apps/?eployment, apps/Deployment, true",
        "apps/*ment, apps/Deployment, true",
        "apps/*ment, apps/Deployments, false",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "'', '', true"
    })
    void a_star_is_any_text_and_a_question_mark_one_character(
            String pattern, String name, boolean fits) {
        assertThat(new Wildcard(pattern).fits(name)).isEqualTo(fits);
    }

    @Test
    void a_pattern_of_many_stars_takes_no_long_time() {
        assertThat(new Wildcard("*a".repeat(200) + "b").fits("a".repeat(2_000))).isFalse();
    }
}
