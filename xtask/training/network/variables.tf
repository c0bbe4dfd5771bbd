variable "environment" {
  type = string
  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "There is staging and production."
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "range" {
  type    = string
  default = "10.20.0.0/16"
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "open_to" {
  type    = list(string)
  default = ["10.0.0.0/8"]
}

variable "store" {
  type = object({
    class      = string
    gigabytes  = number
    is_doubled = optional(bool, false)
    keep_days  = optional(number)
  })
}

variable "queues" {
  type = map(object({
    enabled = optional(bool, true)
    seconds = number
    tries   = optional(number, 5)
  }))
  default = {}
}
