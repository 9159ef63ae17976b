package io.github.dtstream;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The parts of {@code pom.xml} that tests check. Immutable. */
public final class ProjectModel {
    private final Document pom;

    private ProjectModel(Document pom) {
        this.pom = pom;
    }

    /** Reads it from the working directory, in which Maven runs tests. */
    public static ProjectModel read() throws IOException {
        try {
            return new ProjectModel(DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(Path.of("pom.xml").toFile()));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("pom.xml cannot be read", e);
        }
    }

    /** The patterns of the files that are only in the application's jar. */
    public List<String> componentExcludes() {
        return texts("/project/build/plugins/plugin[artifactId='maven-shade-plugin']"
                + "/executions/execution[id='component']//filter/excludes/exclude");
    }

    /** The artifacts that only the application needs. */
    public Set<String> optionalArtifacts() {
        return new TreeSet<>(texts("/project/dependencies/dependency[optional='true']/artifactId"));
    }

    /** The trimmed text of each element that an XPath finds. */
    public List<String> texts(String path) {
        XPath xpath = XPathFactory.newInstance().newXPath();
        try {
            NodeList nodes = (NodeList) xpath.evaluate(path, pom, XPathConstants.NODESET);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                texts.add(nodes.item(i).getTextContent().strip());
            }
            return texts;
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
