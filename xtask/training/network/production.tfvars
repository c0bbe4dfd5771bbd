environment = "production"
store       = { class = "db.r6g.large", gigabytes = 200, is_doubled = true, keep_days = 30 }
queues = {
  mails = { seconds = 60 }
  bills = { seconds = 300, tries = 3 }
  old   = { seconds = 30, enabled = false }
}
