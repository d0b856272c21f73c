"""xml.etree.ElementTree's pure half, ElementPath, minidom."""

import io

from _fresh import attempt, fresh

MODULES = ("xml.etree.ElementPath", "xml.etree.ElementTree", "xml.dom.minicompat", "xml.dom.minidom")

TEXT = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY e "ent">]>
<r xmlns="urn:a" xmlns:b="urn:b" k="v &amp; &#65;"><!-- c --><?pi data?><b:x i="1">t1</b:x>tail<x i="2"><y>deep</y><y/></x><![CDATA[<raw>]]></r>"""
PATHS = ["x", "*", "./x", ".//y", "x/y", "..", "x[@i]", "x[@i='2']", "x[@i!='2']", "x[y]", "x[y='deep']", "*[1]", "*[last()]", "*[last()-1]", ".//*[.='deep']", "{*}x", "{}x", "{urn:a}*", "b:x", "x[", "/x", "x[0]", "x[foo()]", "x//", "@i", "x[@i='1'", "*[y!='deep']", "//"]


def main():
    with fresh(MODULES, block=["_elementtree"]) as (path, ET, minicompat, minidom):
        root = ET.fromstring(TEXT)
        ET.register_namespace("bee", "urn:b")
        print(ET.tostring(root), ET.tostring(root, encoding="unicode", short_empty_elements=False, xml_declaration=True), ET.tostring(root, method="html"), ET.tostring(root, method="text", encoding="unicode"), attempt(ET.tostring, root, method="x"), ET.canonicalize(TEXT, strip_text=True), ET.tostring(ET.XML("<a>ü</a>"), encoding="us-ascii"))
        plain = ET.XML(TEXT.replace('xmlns="urn:a" ', ""))
        for each in PATHS:
            print(each, attempt(lambda each=each: [e.tag for e in plain.findall(each, {"b": "urn:b"})]), attempt(plain.find, each, {"b": "urn:b"}) is not None, attempt(plain.findtext, each, "none"))
        element = ET.Element("a", {"x": "1"}, y="2")
        ET.SubElement(element, "b").text = "text"
        element.append(ET.Comment("comment"))
        element.insert(0, ET.ProcessingInstruction("t", "x"))
        element.extend([ET.Element("c"), ET.Element("d")])
        print(len(element), element[1].tag, [e.tag for e in element[2:]], element.get("x"), element.get("z", 5), element.keys(), element.items(), list(element.itertext()), [e.tag for e in element.iter("c")], repr(element)[:9], attempt(element.append, 3), attempt(element.remove, ET.Element("q")), attempt(lambda: element[99]), element.__copy__().attrib, attempt(element.makeelement, "m", {}).tag)
        del element[0]
        element[0:1] = [ET.Element("n")]
        element.remove(element[-1])
        ET.indent(element)
        ET.indent(ET.ElementTree(element), "\t", level=1)
        print(ET.tostring(element), attempt(ET.indent, element, level=-1), ET.iselement(element), attempt(ET.tostring, ET.Element(3)), attempt(ET.tostring, ET.Element("a", {"k": 5})), ET.dump(element))
        for broken in ("<a>", "<a></b>", "", "<a b=1/>", "<a>&nope;</a>", "<a/><b/>", "x", "<a xmlns:b=''/>"):
            print(broken, attempt(ET.fromstring, broken), attempt(lambda broken=broken: list(ET.iterparse(io.StringIO(broken)))))
        print([event for event, _ in ET.iterparse(io.BytesIO(TEXT.encode()), ("start", "end", "start-ns", "end-ns", "comment", "pi"))], attempt(ET.iterparse, io.BytesIO(b""), ("x",)))
        pull = ET.XMLPullParser(["end"])
        for at in range(0, len(TEXT), 37):
            pull.feed(TEXT[at:at + 37])
        print(len(list(pull.read_events())), pull.close())
        tree = ET.ElementTree(file=io.StringIO("<r><a/></r>"))
        out = io.BytesIO()
        tree.write(out, encoding="utf-16", xml_declaration=True)
        print(len(out.getvalue()), tree.getroot().tag, tree.find("a").tag, [e.tag for e in tree.iter()], tree.findtext("/a", "d"), ET.XMLID("<a id='1'><b id='2'/></a>")[1].keys(), ET.fromstringlist(["<a>", "</a>"]).tag, ET.QName("u", "l") < ET.QName("z"), str(ET.QName("{u}l")), hash(ET.QName("x")) == hash("x"))
        builder = ET.TreeBuilder(insert_comments=True)
        for call, args in (("start", ("a", {})), ("data", ("x",)), ("comment", ("c",)), ("end", ("a",))):
            getattr(builder, call)(*args)
        print(builder.close().tag, attempt(ET.TreeBuilder().close), attempt(lambda: ET.XMLParser(target=3).feed("<a/>")))
        dom = minidom.parseString(TEXT.replace("<!DOCTYPE r [<!ENTITY e \"ent\">]>\n", ""))
        print(dom.toprettyxml(indent=" "), dom.documentElement.getElementsByTagName("y").length, dom.documentElement.getAttribute("k"), dom.documentElement.firstChild, dom.documentElement.cloneNode(True).toxml() == dom.documentElement.toxml())
        node = dom.createElement("new")
        node.setAttribute("q", "<>&\"")
        node.appendChild(dom.createTextNode("text"))
        dom.documentElement.insertBefore(node, dom.documentElement.firstChild)
        node.firstChild.splitText(2)
        node.normalize()
        print(node.toxml(), dom.documentElement.removeChild(node).tagName, attempt(dom.documentElement.removeChild, node), attempt(dom.appendChild, dom.createElement("second")), node.hasAttribute("q"), node.removeAttribute("q"), attempt(node.removeAttribute, "q"), node.attributes.length, dom.createComment("x").toxml(), attempt(lambda: dom.createComment("--").toxml()), dom.unlink())


if __name__ == "__main__":
    main()
