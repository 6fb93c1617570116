package org.vkfx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.vkfx.InteropDiagnosis.Check;
import org.vkfx.InteropDiagnosis.State;
import org.vkfx.InteropKind;
import org.vkfx.InteropReport;

class SelfTestReportTest {
    private final StringWriter out = new StringWriter();

    private SelfTestReport report(boolean json) {
        SelfTestReport report = new SelfTestReport(new PrintWriter(out), json);
        report.javaFx(new InteropReport(Optional.empty(), "mtl", "GPU", "", OptionalLong.empty(), List.of()));
        report.gpu("GPU", GpuNature.VIRTUAL);
        report.kind(InteropKind.METAL);
        return report;
    }

    @Test
    void people_get_a_line_for_each_check_at_once_and_a_verdict() {
        SelfTestReport report = report(false);
        report.add(new Check("export", State.PASSED, "Fine."));
        assertThat(out).hasToString(String.format("ok    export              Fine.%n"));
        report.add(new Check("retain balance", State.NOT_APPLICABLE, "Nothing."));
        report.conclude();
        assertThat(report.passed()).isTrue();
        assertThat(out.toString()).contains("n/a   retain balance      Nothing.")
                .containsPattern("Verdict: passed by metal on GPU, a virtual GPU: 1 passed, 0 failed,"
                        + " 1 not applicable, [0-9.]+ seconds\\.\\R$");
    }

    @Test
    void one_failure_fails_it() {
        SelfTestReport report = report(false);
        report.add(new Check("export", State.PASSED, "Fine."));
        report.add(new Check("identity", State.FAILED, "Two\n  lines."));
        report.conclude();
        assertThat(report.passed()).isFalse();
        assertThat(out.toString()).contains("FAIL  identity            Two lines.", "Verdict: FAILED by metal");
    }

    @Test
    void nothing_checked_is_no_pass() {
        assertThat(report(false).passed()).isFalse();
    }

    @Test
    void json_is_one_object_at_the_end() {
        SelfTestReport report = report(true);
        report.add(new Check("export", State.NOT_APPLICABLE, "Says \"no\"."));
        assertThat(out.toString()).isEmpty();
        report.conclude();
        assertThat(out.toString().strip())
                .startsWith(
                        "{\"verdict\":\"failed\",\"interop\":\"metal\",\"pipeline\":\"mtl\",\"javaFxDevice\":\"GPU\","
                                + "\"device\":\"GPU\",\"gpu\":\"virtual\",\"os\":")
                .contains("\"passed\":0,\"failed\":0,\"notApplicable\":1,\"seconds\":0.")
                .endsWith(
                        "\"checks\":[{\"name\":\"export\",\"state\":\"not applicable\",\"detail\":\"Says \\\"no\\\".\"}]}");
    }
}
