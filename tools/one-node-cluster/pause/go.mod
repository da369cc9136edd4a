// The process that holds a pod's namespaces.
module todo-platform/pause

go 1.26.0
