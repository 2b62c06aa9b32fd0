/// The graph as a list of calls, for whoever shows it: inputs first, then the layers in the order in which they run.
package struct GraphMap: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    /// Of a layer that is called again: `shared#1`, as the key of an LSTM is.
    package let name: String
    package let className: String
    /// Names of what it reads.
    package let readsFrom: [String]
    /// The node; nil of an input.
    package let node: Int?
  }

  package let rows: [Row]

  package init(_ graph: Graph) {
    func name(_ node: Node) -> String { node.call == 0 ? node.layer : "\(node.layer)#\(node.call)" }
    func name(_ reference: Reference) -> String {
      switch reference {
      case .input(let index): graph.inputs[index].name
      case .node(let index, let output):
        output == 0 ? name(graph.nodes[index]) : "\(name(graph.nodes[index]))[\(output)]"
      }
    }
    rows =
      graph.inputs.map { Row(name: $0.name, className: "input", readsFrom: [], node: nil) }
      + graph.nodes.enumerated().map { index, node in
        Row(
          name: name(node), className: node.className, readsFrom: node.references.map { name($0) },
          node: index)
      }
  }
}
