package io.github.dtstream.cloud.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dtstream.cloud.fault.CloudException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PagingTest {
    @Test
    void goesOnWithANewTokenAndEndsWithoutOne() throws CloudException {
        assertThat(Paging.next("history", Optional.empty(), Optional.of("a"))).contains("a");
        assertThat(Paging.next("history", Optional.of("a"), Optional.of("b"))).contains("b");
        assertThat(Paging.next("history", Optional.of("b"), Optional.empty())).isEmpty();
        assertThat(Paging.next("history", Optional.empty(), Optional.empty())).isEmpty();
    }

    @Test
    void aPageThatNamesItselfAsTheNextEndsTheReadingWithAFaultThatMayPass() {
        assertThatThrownBy(() -> Paging.next("history of d1", Optional.of("a"), Optional.of("a")))
                .isInstanceOfSatisfying(
                        CloudException.class,
                        e -> assertThat(e.fault().mayPass()).isTrue())
                .hasMessageContaining("history of d1 names the page just read as its next one");
    }
}
