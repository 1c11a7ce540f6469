# What a deployment chooses; all else stands in the chart's values.

variable "kubeconfig" {
  description = "Path of the cluster's kubeconfig."
  type        = string
  default     = "~/.kube/config"
}

variable "kube_context" {
  description = "Context in the kubeconfig; null for its current one."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of Skillstream, its Kafka and its ClickHouse."
  type        = string
  default     = "skillstream"
}

variable "image" {
  description = "Image of deploy/Dockerfile, where the cluster can pull it."
  type = object({
    repository = string
    tag        = string
  })
  validation {
    condition     = var.image.tag != "latest" && var.image.tag != ""
    error_message = "image.tag must name one version."
  }
}

variable "sources" {
  description = "What is crawled, as SKILLSTREAM_SOURCES takes it."
  type        = string
}

variable "strimzi_version" {
  description = "Version of Strimzi's chart."
  type        = string
  default     = "0.49.0"
}

variable "clickhouse_operator_version" {
  description = "Version of Altinity's operator chart; empty installs no operator."
  type        = string
  default     = "0.25.5"
}

variable "values" {
  description = "Further values of the chart, as YAML; they come last and win."
  type        = list(string)
  default     = []
}
