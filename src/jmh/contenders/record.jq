.result.event
| select(.eventType != "ping")
| (.targetName / "/") as $target
| {eventId, projectId: $target[1], deviceId: $target[3], eventType, timestamp, data: .data[.eventType]}
