import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Adds up Surefire's XML reports: java TestSummary.java FOLDER... Prints failed and skipped tests and, last, the
 * numbers. Exit status 0 when tests ran and none failed.
 */
int passed;
final List<String> failed = new ArrayList<>();
final List<String> skipped = new ArrayList<>();

void main(String[] folders) throws Exception {
    for (String folder : folders) {
        for (Path report : reports(Path.of(folder))) {
            add(report);
        }
    }
    print("Failed:", failed);
    print("Skipped:", skipped);
    boolean ran = passed + failed.size() > 0;
    if (!ran) {
        IO.println("No test ran.");
    }
    IO.println(passed + " passed, " + failed.size() + " failed, " + skipped.size() + " skipped");
    System.exit(ran && failed.isEmpty() ? 0 : 1);
}

List<Path> reports(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
        return List.of();
    }
    try (var files = Files.walk(folder)) {
        return files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml")).sorted().toList();
    }
}

void add(Path report) throws Exception {
    NodeList tests = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile())
            .getElementsByTagName("testcase");
    for (int i = 0; i < tests.getLength(); i++) {
        Element test = (Element) tests.item(i);
        String name = test.getAttribute("classname");
        if (!test.getAttribute("name").isEmpty()) {
            name += "." + test.getAttribute("name");
        }
        Element problem = child(test, "failure");
        problem = problem != null ? problem : child(test, "error");
        Element skip = child(test, "skipped");
        if (problem != null) {
            failed.add(name + ": " + message(problem));
        } else if (skip != null) {
            skipped.add(name + ": " + message(skip));
        } else {
            passed++;
        }
    }
}

Element child(Element parent, String name) {
    NodeList all = parent.getElementsByTagName(name);
    return all.getLength() == 0 ? null : (Element) all.item(0);
}

String message(Element e) {
    String message = e.getAttribute("message").strip();
    if (message.isEmpty()) {
        message = e.getTextContent().strip().lines().findFirst().orElse("no reason given");
    }
    return message.replaceFirst("^org\\.opentest4j\\.TestAbortedException: (Assumption failed: )?", "").indent(4).strip();
}

void print(String title, List<String> lines) {
    if (!lines.isEmpty()) {
        IO.println(title);
        lines.forEach(l -> IO.println("  " + l));
    }
}
