from .feedback import tell
from .tags import tags

print(tags("late parcel"))
print(tell("draft", 1))
