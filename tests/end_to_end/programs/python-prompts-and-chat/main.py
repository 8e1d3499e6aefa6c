from mail.subject import subject
from mail.welcome import welcome

print(welcome("Ada"))
print(subject("Ada has joined"))
