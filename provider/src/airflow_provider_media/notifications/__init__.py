"""Notifiers: callbacks for anybody's DAGs."""
